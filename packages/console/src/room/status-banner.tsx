import { useConnectionStatus } from '@parley/client/react';
import { useTranslation } from 'react-i18next';
import { Button } from '../shell/controls.tsx';
import { useFeedback } from '../shell/feedback.tsx';
import type { IconName } from '../shell/icon.tsx';
import { Icon } from '../shell/icon.tsx';
import { Link } from '../shell/link.tsx';
import { useRoom } from './room-context.tsx';

/** Says when something about the whole room is not as usual, and what to do. */
export function StatusBanner() {
  const { t } = useTranslation();
  const { room, view, isModerator, person, me } = useRoom();
  const { attempt } = useFeedback();
  const status = useConnectionStatus();
  const mayResume = isModerator || person(me)?.kind === 'human';

  let banner: { icon: IconName; tone: string; words: string } | null = null;
  if (status !== 'open') banner = { icon: 'offline', tone: 'warn', words: t(`connection.${status}Help`) };
  else if (view.status === 'paused') banner = { icon: 'clock', tone: 'warn', words: t('status.pausedHelp') };
  else if (view.status !== 'active') banner = { icon: 'check', tone: 'calm', words: t('status.endedHelp') };

  return (
    <div role="status">
      {banner !== null && (
        <div className={`banner banner--${banner.tone}`}>
          <Icon name={banner.icon} />
          <p>{banner.words}</p>
          {status === 'open' && view.status === 'paused' && mayResume && (
            <Button small onPress={() => void attempt(() => room.send('conversation.resume'))}>
              {t('status.resume')}
            </Button>
          )}
          {status === 'open' && view.status !== 'paused' && <Link to="/">{t('missing.back')}</Link>}
        </div>
      )}
    </div>
  );
}
