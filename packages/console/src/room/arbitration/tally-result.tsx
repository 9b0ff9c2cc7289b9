import type { DurableWireEvent } from '@parley/client';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../messages/formats.ts';
import { useRoom } from '../room-context.tsx';

const MOTION_CHOICES: ReadonlySet<string> = new Set(['yes', 'no', 'abstain']);

/** The votes of a ballot that is over, as bars with their numbers. */
export function TallyResult({ result }: { readonly result: DurableWireEvent<'ballot.closed'> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { person } = useRoom();
  const { tally, winner } = result.data;
  const most = Math.max(1, ...Object.values(tally));
  const rows = Object.entries(tally).toSorted(([, one], [, other]) => other - one);
  return (
    <ul className="tally">
      {rows.map(([choice, count]) => (
        <li key={choice} className={choice === winner ? 'tally__row tally__row--won' : 'tally__row'}>
          <bdi className="tally__name" dir="auto">
            {MOTION_CHOICES.has(choice)
              ? t(`vote.${choice}`)
              : (person(choice)?.displayName ?? t('people.somebody'))}
          </bdi>
          <svg className="tally__bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
            <rect className="tally__fill" width={(100 * count) / most} height="1" />
          </svg>
          <span className="tally__count">{t('vote.count', { count, figure: formats.figure(count) })}</span>
        </li>
      ))}
    </ul>
  );
}
