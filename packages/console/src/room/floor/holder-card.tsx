import { useTranslation } from 'react-i18next';
import type { Holder } from '../../session/types.ts';
import { KindBadge, Portrait } from '../../shell/speaker.tsx';
import { useRoom } from '../room-context.tsx';
import { clockText } from './clock-text.ts';
import { Ring } from './ring.tsx';
import { useCountdown } from './use-countdown.ts';

/** One who has the floor: who, why, and how much longer. */
export function HolderCard({ holder }: { readonly holder: Holder }) {
  const { t } = useTranslation();
  const { view, me, person } = useRoom();
  const { why, leftMs, share } = useCountdown(holder);
  const who = person(holder.participant);
  const name = who?.displayName ?? t('people.somebody');
  const mine = holder.participant === me;
  const paused = view.status === 'paused';
  const urgent = !paused && (why === 'cut' || leftMs <= view.config.floor.timers.warnBeforeMs);
  return (
    <div className={mine ? 'holder holder--mine' : 'holder'}>
      <Ring left={share} urgent={urgent}>
        <Portrait id={holder.participant} name={name} kind={who?.kind} />
      </Ring>
      <div className="holder__words">
        <p className="holder__name">
          {mine ? t('floor.mine') : t('floor.holds', { name })}
          {!mine && <KindBadge kind={who?.kind} />}
        </p>
        <p className="holder__why">
          <span>{t(`floor.cause.${holder.cause}`, { defaultValue: holder.cause })}</span>
          <span className={urgent ? 'holder__time holder__time--urgent' : 'holder__time'} role="timer">
            {paused
              ? t('floor.stopped')
              : t(`floor.until.${why}${mine ? 'Mine' : ''}`, { time: clockText(leftMs) })}
          </span>
        </p>
      </div>
    </div>
  );
}
