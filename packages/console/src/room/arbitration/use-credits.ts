import { useTranslation } from 'react-i18next';
import { useRoom } from '../room-context.tsx';

export interface Credits {
  /** What I can still offer. */
  readonly balance: number;
  /** What I have offered and what is not decided yet. */
  readonly escrow: number;
  /** An amount with the name of the currency. */
  readonly inWords: (count: number) => string;
}

/** My own account in this conversation's currency. */
export function useCredits(): Credits {
  const { t } = useTranslation();
  const { view, me } = useRoom();
  const { currency } = view.config.credits;
  const { balance = view.config.credits.initial, escrow = 0 } =
    view.credits.find(({ participant }) => participant === me) ?? {};
  return {
    balance,
    escrow,
    inWords: (count) => t(`credits.${currency}`, { count, defaultValue: `${count} ${currency}` }),
  };
}
