import { useEffect, useRef } from 'react';
import { Button, Tag, TagGroup, TagList } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { IconName } from './icon.tsx';
import { Icon } from './icon.tsx';

interface TagsProps {
  /** What they are, for who does not see them. */
  readonly label: string;
  readonly icon?: IconName;
  readonly tags: readonly { readonly id: string; readonly text: string }[];
  readonly onRemove: (id: string) => void;
  /** The last one was taken out here: the focus, which was on it, belongs somewhere else now. */
  readonly onEmptied: () => void;
}

/** Chips that can be taken out: each by its button, or by Delete on the chip. */
export function Tags({ label, icon, tags, onRemove, onEmptied }: TagsProps) {
  const { t } = useTranslation();
  const removed = useRef(false);
  const empty = tags.length === 0;
  useEffect(() => {
    if (empty && removed.current) onEmptied();
    removed.current = false;
  });
  if (empty) return null;
  return (
    <TagGroup
      aria-label={label}
      className="tags"
      selectionMode="none"
      onRemove={(keys) => {
        removed.current = true;
        for (const key of keys) onRemove(String(key));
      }}
    >
      <TagList className="tags__list" items={tags}>
        {({ id, text }) => (
          <Tag id={id} textValue={text} className="tag">
            {icon !== undefined && <Icon name={icon} />}
            <bdi dir="auto">{text}</bdi>
            <Button slot="remove" className="tag__remove" aria-label={t('tags.remove', { text })}>
              <Icon name="close" />
            </Button>
          </Tag>
        )}
      </TagList>
    </TagGroup>
  );
}
