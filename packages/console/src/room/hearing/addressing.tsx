import { useState } from 'react';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Aside } from '../../session/aside.ts';
import { Button } from '../../shell/controls.tsx';
import { Dialog } from '../../shell/dialog.tsx';
import { Icon } from '../../shell/icon.tsx';
import { TagField } from '../../shell/tag-field.tsx';
import { Tags } from '../../shell/tags.tsx';
import { useRoom } from '../room-context.tsx';
import { Hearers } from './hearers.tsx';
import { followedTopics, looksAtTopics, TOPIC_CHARACTERS, TOPICS_MAX } from './topics.ts';

interface AddressingProps {
  readonly aside: Aside;
  readonly onChange: (aside: Aside) => void;
  /** The last chip of a row was taken out, and the focus with it. */
  readonly onEmptied: () => void;
}

/** Who is to hear what one writes: whispers where they are allowed, topics where routing looks at them. */
export function Addressing({ aside, onChange, onEmptied }: AddressingProps) {
  const { t } = useTranslation();
  const { view, me, person } = useRoom();
  const { to, topics } = aside;
  const [asked, setAsked] = useState(false);
  const mayWhisper = view.config.routing['whisper'] === true;
  const others = view.participants.filter(({ id }) => id !== me);
  const without = (id: string): readonly string[] => to.filter((other) => other !== id);
  return (
    <div className="addressing">
      <Hearers aside={aside} />
      {mayWhisper && others.length > 0 && (
        <MenuTrigger>
          <Button small look="quiet" icon="whisper">
            {t('whisper.choose')}
          </Button>
          <Popover className="popover" placement="top start">
            <Menu
              className="menu"
              selectionMode="multiple"
              selectedKeys={to}
              onSelectionChange={(keys) =>
                onChange({
                  ...aside,
                  to: keys === 'all' ? others.map(({ id }) => id) : [...keys].map(String),
                })
              }
              aria-label={t('whisper.choose')}
            >
              {others.map(({ id, displayName }) => (
                <MenuItem key={id} id={id} className="menu__item menu__item--pick" textValue={displayName}>
                  <span className="pick__mark">
                    <Icon name="check" />
                  </span>
                  <bdi dir="auto">{displayName}</bdi>
                </MenuItem>
              ))}
            </Menu>
          </Popover>
        </MenuTrigger>
      )}
      {looksAtTopics(view.config.routing) && (
        <Button small look="quiet" icon="tag" onPress={() => setAsked(true)}>
          {t('topics.choose')}
        </Button>
      )}
      {asked && (
        <Dialog title={t('topics.label')} isOpen onClose={() => setAsked(false)}>
          <div className="dialog__body">
            <TagField
              label={t('topics.add')}
              help={t('topics.help')}
              tags={topics}
              suggestions={followedTopics(view)}
              maxLength={TOPIC_CHARACTERS}
              maxTags={TOPICS_MAX}
              autoFocus
              onChange={(next) => onChange({ ...aside, topics: next })}
            />
          </div>
          <div className="dialog__actions">
            <Button look="primary" onPress={() => setAsked(false)}>
              {t('action.close')}
            </Button>
          </div>
        </Dialog>
      )}
      <Tags
        label={t('whisper.to')}
        icon="whisper"
        tags={to.map((id) => ({ id, text: person(id)?.displayName ?? t('people.somebody') }))}
        onRemove={(id) => onChange({ ...aside, to: without(id) })}
        onEmptied={onEmptied}
      />
      <Tags
        label={t('topics.label')}
        icon="tag"
        tags={topics.map((topic) => ({ id: topic, text: topic }))}
        onRemove={(gone) => onChange({ ...aside, topics: topics.filter((topic) => topic !== gone) })}
        onEmptied={onEmptied}
      />
    </div>
  );
}
