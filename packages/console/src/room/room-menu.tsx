import { useState } from 'react';
import { Menu, MenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../shell/controls.tsx';
import { useFeedback } from '../shell/feedback.tsx';
import type { IconName } from '../shell/icon.tsx';
import { Icon } from '../shell/icon.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { FollowDialog } from './hearing/follow-dialog.tsx';
import { looksAtTopics } from './hearing/topics.ts';
import { InviteDialog } from './invite-dialog.tsx';
import { useRoom } from './room-context.tsx';
import { SettingsDialog } from './settings-dialog.tsx';
import { askForShortcuts } from './shortcuts.tsx';

type Asked = 'leave' | 'end' | 'invite' | 'settings' | 'follow' | null;

/** What concerns the whole conversation; part of it for moderators only. */
export function RoomMenu() {
  const { t } = useTranslation();
  const { room, view, isModerator } = useRoom();
  const { attempt } = useFeedback();
  const [asked, setAsked] = useState<Asked>(null);
  const close = (): void => setAsked(null);
  const active = view.status === 'active';
  const going = active || view.status === 'paused';

  const item = (id: string, icon: IconName, run: () => void, danger = false) => (
    <MenuItem id={id} className={danger ? 'menu__item menu__item--danger' : 'menu__item'} onAction={run}>
      <Icon name={icon} />
      {t(`roomMenu.${id}`)}
    </MenuItem>
  );

  return (
    <>
      <MenuTrigger>
        <IconButton icon="more" label={t('roomMenu.title')} />
        <Popover className="popover" placement="bottom end">
          <Menu className="menu">
            {isModerator && going && item('invite', 'link', () => setAsked('invite'))}
            {isModerator && going && item('settings', 'settings', () => setAsked('settings'))}
            {isModerator &&
              active &&
              item('pause', 'clock', () => void attempt(() => room.send('conversation.pause')))}
            {isModerator &&
              view.status === 'paused' &&
              item('resume', 'clock', () => void attempt(() => room.send('conversation.resume')))}
            {going && looksAtTopics(view.config.routing) && item('follow', 'tag', () => setAsked('follow'))}
            {item('shortcuts', 'keyboard', askForShortcuts)}
            <Separator className="menu__line" />
            {item('leave', 'leave', () => setAsked('leave'))}
            {isModerator && going && item('end', 'close', () => setAsked('end'), true)}
          </Menu>
        </Popover>
      </MenuTrigger>
      {asked === 'invite' && <InviteDialog onClose={close} />}
      {asked === 'settings' && <SettingsDialog onClose={close} />}
      {asked === 'follow' && <FollowDialog onClose={close} />}
      {asked === 'leave' && (
        <ConfirmDialog name="leave" onClose={close} onConfirm={() => void attempt(() => room.leave())} />
      )}
      {asked === 'end' && (
        <ConfirmDialog
          name="end"
          danger
          onClose={close}
          onConfirm={() => void attempt(() => room.send('conversation.end'))}
        />
      )}
    </>
  );
}
