import { useTranslation } from 'react-i18next';
import { useRoom } from '../room-context.tsx';

/** Where the panel with the people is not open: that agents ask a moderator to let somebody in. */
export function WaitingToComeIn() {
  const { t } = useTranslation();
  const { view, isModerator } = useRoom();
  const count = view.bridges.filter(({ status }) => status === 'pending').length;
  if (!isModerator || count === 0) return null;
  return (
    <span className="pill pill--warn" role="img" aria-label={t('bring.waiting', { count })}>
      {count}
    </span>
  );
}
