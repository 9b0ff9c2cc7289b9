import { useTranslation } from 'react-i18next';
import { Arbitration } from '../arbitration/arbitration.tsx';
import { useRoom } from '../room-context.tsx';
import { FloorActions } from './floor-actions.tsx';
import { HolderCard } from './holder-card.tsx';
import { Queue } from './queue.tsx';

/** Always in sight: who has the floor and why, until when, who waits, and what I can do about it. */
export function FloorBar() {
  const { t } = useTranslation();
  const { view, me } = useRoom();
  const { strategy } = view.config.floor;
  const slots = strategy.kind === 'concurrent' ? Number(strategy['maxSimultaneous']) : 1;
  const open = view.floor.window !== undefined || view.floor.ballot !== undefined;
  const idleHelp = open
    ? 'floor.idleOpen'
    : view.floor.queue.length === 0
      ? 'floor.idleHelp'
      : 'floor.idleQueue';
  const mine = view.floor.holders.some((holder) => holder.participant === me);
  return (
    <section className={mine ? 'floor floor--mine' : 'floor'} aria-label={t('floor.title')}>
      <div className="floor__holders">
        {view.floor.holders.length === 0 && (
          <div className="holder holder--none">
            <span className="holder__empty" aria-hidden="true" />
            <div>
              <p className="holder__name">{t(open ? 'floor.undecided' : 'floor.idle')}</p>
              <p className="holder__why">{t(idleHelp)}</p>
            </div>
          </div>
        )}
        {view.floor.holders.map((holder) => (
          <HolderCard key={holder.grant} holder={holder} />
        ))}
        {slots > 1 && view.floor.holders.length > 0 && (
          <p className="floor__slots">{t('floor.slots', { count: view.floor.holders.length, of: slots })}</p>
        )}
      </div>
      <Queue />
      <FloorActions />
      <Arbitration />
    </section>
  );
}
