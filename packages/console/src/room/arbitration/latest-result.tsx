import { useNow } from '@parley/client/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../shell/controls.tsx';
import type { IconName } from '../../shell/icon.tsx';
import { Icon } from '../../shell/icon.tsx';
import type { Result } from '../decisions/decided.ts';
import { useDecisions } from '../decisions/decisions.tsx';
import { resultText } from '../decisions/result-text.ts';
import { useRoom } from '../room-context.tsx';
import { BidResult } from './bid-result.tsx';
import { TallyResult } from './tally-result.tsx';

/** So long a result is in the bar by itself; after that its line in the transcript has it. */
const SHOWN_MS = 12_000;

export const RESULT_ICONS: Readonly<Record<Result['event'], IconName>> = {
  'bidding.closed': 'coins',
  'ballot.closed': 'ballot',
  'collision.detected': 'collision',
  'overlap.ended': 'overlap',
};

/** The last decision, for some seconds after it fell. */
export function LatestResult() {
  const { t } = useTranslation();
  const { connection, person } = useRoom();
  const { latest } = useDecisions();
  const now = useNow(connection, 1_000);
  const [closed, setClosed] = useState<Result | null>(null);
  if (latest === null || latest === closed || now - Date.parse(latest.at) > SHOWN_MS) return null;
  const nameOf = (id: string): string => person(id)?.displayName ?? t('people.somebody');
  return (
    <section className="ask ask--result" aria-label={t('result.title')}>
      <header className="ask__head">
        <Icon name={RESULT_ICONS[latest.event]} />
        <h2 className="ask__title">{resultText(latest, t, nameOf)}</h2>
        <IconButton small icon="close" label={t('action.dismiss')} onPress={() => setClosed(latest)} />
      </header>
      <ResultDetails result={latest} />
    </section>
  );
}

/** The numbers behind a decision, where it has any. */
export function ResultDetails({ result }: { readonly result: Result }) {
  switch (result.event) {
    case 'bidding.closed':
      return <BidResult result={result} />;
    case 'ballot.closed':
      return <TallyResult result={result} />;
    case 'collision.detected':
    case 'overlap.ended':
      return null;
  }
}
