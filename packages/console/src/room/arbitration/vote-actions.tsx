import { useTranslation } from 'react-i18next';
import { Button } from '../../shell/controls.tsx';

interface VoteActionsProps {
  readonly ready: boolean;
  readonly busy: boolean;
  readonly onVote: () => void;
  readonly onAbstain: () => void;
}

/** What ends every way of choosing. An abstention counts for the quorum. */
export function VoteActions({ ready, busy, onVote, onAbstain }: VoteActionsProps) {
  const { t } = useTranslation();
  return (
    <div className="ask__row ask__row--end">
      <Button isDisabled={busy} onPress={onAbstain}>
        {t('vote.abstain')}
      </Button>
      <Button look="primary" isDisabled={busy || !ready} onPress={onVote}>
        {t('vote.cast')}
      </Button>
    </div>
  );
}

/** How a way of choosing is asked for, and what it answers. */
export interface ChoiceProps {
  readonly candidates: readonly string[];
  readonly busy: boolean;
  readonly onVote: (choice: string | readonly string[]) => Promise<void>;
}
