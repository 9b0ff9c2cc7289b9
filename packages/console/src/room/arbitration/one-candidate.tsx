import { useState } from 'react';
import { Radio, RadioGroup } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Candidate } from './candidate.tsx';
import type { ChoiceProps } from './vote-actions.tsx';
import { VoteActions } from './vote-actions.tsx';

/** Plurality: one vote each. */
export function OneCandidate({ candidates, busy, onVote }: ChoiceProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string | null>(null);
  const valid = chosen !== null && candidates.includes(chosen);
  return (
    <>
      <RadioGroup className="picks" value={chosen} onChange={setChosen} aria-label={t('vote.plurality')}>
        {candidates.map((id) => (
          <Radio key={id} value={id} className="pick">
            <span className="pick__mark pick__mark--one" aria-hidden="true" />
            <Candidate id={id} />
          </Radio>
        ))}
      </RadioGroup>
      <VoteActions
        ready={valid}
        busy={busy}
        onVote={() => void (chosen !== null && onVote(chosen))}
        onAbstain={() => void onVote('abstain')}
      />
    </>
  );
}
