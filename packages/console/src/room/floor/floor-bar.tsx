import { useTranslation } from 'react-i18next';
import { useFormats } from '../../messages/formats.ts';
import { Arbitration } from '../arbitration/arbitration.tsx';
import { awaited } from '../lag/lag.tsx';
import { useRoom } from '../room-context.tsx';
import { FloorActions } from './floor-actions.tsx';
import { HolderCard } from './holder-card.tsx';
import { Queue } from './queue.tsx';

/** What the next turn waits for, while nobody has the floor. */
function IdleHelp() {
  const { t } = useTranslation();
  const formats = useFormats();
  const { view } = useRoom();
  if (view.floor.window !== undefined || view.floor.ballot !== undefined) return t('floor.idleOpen');
  if (view.floor.queue.length === 0) return t('floor.idleHelp');
  const { count, forMs } = awaited(view);
  if (count === 0) return t('floor.idleQueue');
  return t('floor.idleHeard', { count, time: formats.duration(forMs) });
}

/** Always in sight: who has the floor and why, until when, who waits, and what I can do about it. */
export function FloorBar() {
  const { t } = useTranslation();
  const { view, me } = useRoom();
  const { strategy } = view.config.floor;
  const slots = strategy.kind === 'concurrent' ? Number(strategy['maxSimultaneous']) : 1;
  const open = view.floor.window !== undefined || view.floor.ballot !== undefined;
  const undecided = open || (view.floor.queue.length > 0 && awaited(view).count > 0);
  const mine = view.floor.holders.some((holder) => holder.participant === me);
  return (
    <section className={mine ? 'floor floor--mine' : 'floor'} aria-label={t('floor.title')}>
      <div className="floor__holders">
        {view.floor.holders.length === 0 && (
          <div className="holder holder--none">
            <span className="holder__empty" aria-hidden="true" />
            <div>
              <p className="holder__name">{t(undecided ? 'floor.undecided' : 'floor.idle')}</p>
              <p className="holder__why">
                <IdleHelp />
              </p>
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
