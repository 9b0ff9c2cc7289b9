import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../shell/controls.tsx';
import type { IconName } from '../../shell/icon.tsx';
import { Icon } from '../../shell/icon.tsx';
import { clockText } from '../floor/clock-text.ts';
import { useTimeLeft } from './use-time-left.ts';

interface AskProps {
  readonly title: string;
  readonly icon: IconName;
  /** RFC 3339: when it is decided without further ado. */
  readonly until?: string;
  /** How long it is open from beginning to end, for the bar. */
  readonly wholeMs?: number;
  /** Something is expected of me. */
  readonly mine?: boolean;
  /** Whether only its head is shown, and how that changes; without it everything always is. */
  readonly fold?: { readonly folded: boolean; readonly change: (folded: boolean) => void };
  readonly children?: ReactNode;
}

/** Something that is open about the floor, in the bar: a window, a vote, a question. */
export function Ask({ title, icon, until, wholeMs, mine = false, fold, children }: AskProps) {
  const { t } = useTranslation();
  return (
    <section className={mine ? 'ask ask--mine' : 'ask'} aria-label={title}>
      <header className="ask__head">
        <Icon name={icon} />
        <h2 className="ask__title">{title}</h2>
        {fold !== undefined && (
          <span className={fold.folded ? 'ask__fold ask__fold--folded' : 'ask__fold'}>
            <IconButton
              small
              icon="chevron"
              label={t(fold.folded ? 'ask.unfold' : 'ask.fold')}
              aria-expanded={!fold.folded}
              onPress={() => fold.change(!fold.folded)}
            />
          </span>
        )}
        {until !== undefined && <TimeLeft until={until} wholeMs={wholeMs} />}
      </header>
      {fold?.folded !== true && children}
    </section>
  );
}

function TimeLeft({ until, wholeMs }: { readonly until: string; readonly wholeMs: number | undefined }) {
  const { t } = useTranslation();
  const { leftMs, stopped } = useTimeLeft(until);
  const share = wholeMs === undefined ? null : Math.max(0, Math.min(1, leftMs / Math.max(1, wholeMs)));
  return (
    <>
      <span className="ask__time" role="timer">
        {stopped ? t('floor.stopped') : t('ask.left', { time: clockText(leftMs) })}
      </span>
      {share !== null && (
        <svg className="ask__bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
          <rect className="ask__bar-rest" width={100 * share} height="1" />
        </svg>
      )}
    </>
  );
}
