import { useConnectionStatus } from '@parley/client/react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { View } from '../session/types.ts';
import { Button } from '../shell/controls.tsx';
import { useFeedback } from '../shell/feedback.tsx';
import type { IconName } from '../shell/icon.tsx';
import { Icon } from '../shell/icon.tsx';
import { Link } from '../shell/link.tsx';
import { useLags } from './lag/lag.tsx';
import { useLagText } from './lag/use-lag-text.ts';
import { useRoom } from './room-context.tsx';
import type { Trouble } from './room-troubles.ts';
import { troublesOf } from './room-troubles.ts';

const ICONS: Readonly<Record<Trouble, IconName>> = {
  connection: 'offline',
  paused: 'clock',
  behind: 'clock',
  ended: 'check',
};

/** FL-14: agents that talk on and on are stopped, and any human lets them go on. */
function pausedWords({ paused, config }: View, t: TFunction): string {
  switch (paused?.cause) {
    case 'loop_guard':
      return t('status.loopGuard', { count: config.floor.maxConsecutiveAgentTurns });
    case 'min_participants':
      return t('status.tooFew');
    default:
      return t('status.pausedHelp');
  }
}

/** Says when something about the whole room is not as usual, and what to do. */
export function StatusBanner() {
  const { t } = useTranslation();
  const { room, view, isModerator, person, me } = useRoom();
  const { attempt } = useFeedback();
  const status = useConnectionStatus();
  const lagText = useLagText(useLags().get(me));
  const behind = view.participants.some(({ id, stale }) => id === me && stale === true);
  const mayResume = isModerator || person(me)?.kind === 'human';

  const troubles = troublesOf({ connection: status, status: view.status, behind });
  const wordsOf: Readonly<Record<Trouble, () => string>> = {
    connection: () => t(`connection.${status}Help`),
    paused: () => pausedWords(view, t),
    behind: () => t('lag.mine', { behind: lagText }),
    ended: () => t('status.endedHelp'),
  };

  return (
    <div role="status">
      {troubles.map((trouble) => (
        <div key={trouble} className={`banner banner--${trouble === 'ended' ? 'calm' : 'warn'}`}>
          <Icon name={ICONS[trouble]} />
          <p>{wordsOf[trouble]()}</p>
          {trouble === 'paused' && mayResume && (
            <Button small onPress={() => void attempt(() => room.send('conversation.resume'))}>
              {t('status.resume')}
            </Button>
          )}
          {trouble === 'ended' && <Link to="/">{t('missing.back')}</Link>}
        </div>
      ))}
    </div>
  );
}
