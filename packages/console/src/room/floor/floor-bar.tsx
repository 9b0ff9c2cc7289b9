import { useTranslation } from 'react-i18next';
import { useFormats } from '../../messages/formats.ts';
import { Arbitration } from '../arbitration/arbitration.tsx';
import { awaited } from '../lag/lag.tsx';
import { useRoom } from '../room-context.tsx';
import { isOver } from '../room-troubles.ts';
import { FloorActions } from './floor-actions.tsx';
import { HolderCard } from './holder-card.tsx';
import { Queue } from './queue.tsx';
import { isUndecided, slotsOf, whyIdle } from './standing.ts';

/** Nobody has the floor: whether it is free, and what the next turn waits for. */
function Nobody() {
  const { t } = useTranslation();
  const formats = useFormats();
  const { view } = useRoom();
  const why = whyIdle(view);
  const { count, forMs } = awaited(view);
  return (
    <div className="holder holder--none">
      <span className="holder__empty" aria-hidden="true" />
      <div>
        <p className="holder__name">{t(isUndecided(why) ? 'floor.undecided' : 'floor.idle')}</p>
        <p className="holder__why">{t(`floor.${why}`, { count, time: formats.duration(forMs) })}</p>
      </div>
    </div>
  );
}

/**
 * Always in sight while the conversation goes on: who has the floor and why, until when, who waits, and what I
 * can do about it. Where it has ended there is no floor, and none to be offered.
 */
export function FloorBar() {
  const { t } = useTranslation();
  const { view, me } = useRoom();
  const slots = slotsOf(view.config.floor);
  const mine = view.floor.holders.some((holder) => holder.participant === me);
  if (isOver(view.status)) return null;
  return (
    <section className={mine ? 'floor floor--mine' : 'floor'} aria-label={t('floor.title')}>
      <div className="floor__holders">
        {view.floor.holders.length === 0 && <Nobody />}
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
