import { useState } from 'react';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Participant } from '../../session/types.ts';
import { IconButton } from '../../shell/controls.tsx';
import { useFeedback } from '../../shell/feedback.tsx';
import { useRoom } from '../room-context.tsx';
import { CreditsDialog } from './credits-dialog.tsx';

interface PersonMenuProps {
  readonly person: Participant;
  readonly holds: boolean;
  readonly position: number | undefined;
}

interface Action {
  readonly id: string;
  readonly danger?: boolean;
  readonly run: () => Promise<unknown>;
}

const MORE_TIME_MS = 60_000;
const SHORT_MUTE_MS = 300_000;

/** What a moderator can do with a member (FL-12). Places in the queue change by buttons, not by dragging. */
export function PersonMenu({ person, holds, position }: PersonMenuProps) {
  const { t } = useTranslation();
  const { room, view, me } = useRoom();
  const { attempt } = useFeedback();
  const [minting, setMinting] = useState(false);
  const { id, roles } = person;
  const last = view.floor.queue.length;
  const setRoles = (changed: readonly string[]): Promise<unknown> =>
    room.send('role.set', { participant: id, roles: changed });
  const without = (...gone: readonly string[]): readonly string[] =>
    roles.filter((role) => !gone.includes(role));

  const actions: Action[] = [];
  const add = (when: boolean, action: Action): void => {
    if (when) actions.push(action);
  };
  add(holds, { id: 'extend', run: () => room.floor.extend(MORE_TIME_MS) });
  add(holds, { id: 'revoke', run: () => room.floor.revoke(id) });
  add(person.muted === undefined, { id: 'mute', run: () => room.mute(id) });
  add(person.muted === undefined, { id: 'muteShort', run: () => room.mute(id, { ms: SHORT_MUTE_MS }) });
  add(person.muted !== undefined, { id: 'unmute', run: () => room.unmute(id) });
  if (position !== undefined) {
    add(position > 1, { id: 'first', run: () => room.floor.reorder(id, 1) });
    add(position > 2, { id: 'up', run: () => room.floor.reorder(id, position - 1) });
    add(position < last, { id: 'down', run: () => room.floor.reorder(id, position + 1) });
  }
  add(view.config.floor.strategy.kind === 'bidding', {
    id: 'credits',
    run: async () => setMinting(true),
  });
  const observes = roles.includes('observer');
  add(observes, {
    id: 'participant',
    run: () => setRoles([...without('observer', 'participant'), 'participant']),
  });
  add(!observes, {
    id: 'observer',
    run: () => setRoles([...without('observer', 'participant'), 'observer']),
  });
  const moderates = roles.includes('moderator');
  add(!moderates, { id: 'moderator', run: () => setRoles([...roles, 'moderator']) });
  add(moderates && id !== me, { id: 'noModerator', run: () => setRoles(without('moderator')) });
  add(id !== me, {
    id: 'remove',
    danger: true,
    run: () => room.send('participant.remove', { participant: id }),
  });

  return (
    <>
      <MenuTrigger>
        <IconButton small icon="more" label={t('moderate.menu', { name: person.displayName })} />
        <Popover className="popover" placement="bottom end">
          <Menu className="menu">
            {actions.map(({ id: action, danger, run }) => (
              <MenuItem
                key={action}
                id={action}
                className={danger ? 'menu__item menu__item--danger' : 'menu__item'}
                onAction={() => void attempt(run)}
              >
                {t(`moderate.${action}`)}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
      {minting && <CreditsDialog person={person} onClose={() => setMinting(false)} />}
    </>
  );
}
