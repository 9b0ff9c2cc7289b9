import { useState } from 'react';
import { Checkbox, CheckboxGroup } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../shell/icon.tsx';
import { Candidate } from './candidate.tsx';
import type { ChoiceProps } from './vote-actions.tsx';
import { VoteActions } from './vote-actions.tsx';

/** Approval: any number of candidates. */
export function Approvals({ candidates, busy, onVote }: ChoiceProps) {
  const { t } = useTranslation();
  const [approved, setApproved] = useState<string[]>([]);
  const chosen = candidates.filter((id) => approved.includes(id));
  return (
    <>
      <CheckboxGroup
        className="picks"
        value={approved}
        onChange={setApproved}
        aria-label={t('vote.approval')}
      >
        {candidates.map((id) => (
          <Checkbox key={id} value={id} className="pick">
            <span className="pick__mark">
              <Icon name="check" />
            </span>
            <Candidate id={id} />
          </Checkbox>
        ))}
      </CheckboxGroup>
      <VoteActions
        ready={chosen.length > 0}
        busy={busy}
        onVote={() => void onVote(chosen)}
        onAbstain={() => void onVote('abstain')}
      />
    </>
  );
}
