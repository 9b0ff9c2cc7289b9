import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OpenItem } from '../../session/types.ts';
import { Button, IconButton } from '../../shell/controls.tsx';
import { useFeedback } from '../../shell/feedback.tsx';
import { Icon } from '../../shell/icon.tsx';
import { Select } from '../../shell/select.tsx';
import { useRoom } from '../room-context.tsx';
import { EntryForm } from './entry-form.tsx';
import { SourceLink } from './source-link.tsx';

const KINDS = ['question', 'task'] as const;

export function OpenItems() {
  const { t } = useTranslation();
  const { room, view } = useRoom();
  const { attempt } = useFeedback();
  const [adding, setAdding] = useState(false);
  const [kind, setKind] = useState<(typeof KINDS)[number]>('question');
  const items = view.context.openItems;
  return (
    <div className="block">
      <div className="block__head">
        <h3 className="block__title">{t('item.title')}</h3>
        {!adding && <IconButton small icon="plus" label={t('item.add')} onPress={() => setAdding(true)} />}
      </div>
      {adding && (
        <EntryForm
          label={t('item.text')}
          submit={t('item.open')}
          onSubmit={(text) => attempt(() => room.openItem({ kind, text }))}
          onClose={() => setAdding(false)}
        >
          <Select
            label={t('item.kind')}
            value={kind}
            choices={KINDS.map((value) => ({ value, label: t(`item.${value}`) }))}
            onChange={(value) => setKind(value === 'task' ? 'task' : 'question')}
          />
        </EntryForm>
      )}
      {items.length === 0 && !adding && <p className="block__empty">{t('item.none')}</p>}
      <ul className="entries">
        {items.map((item) => (
          <Item key={item.item} item={item} />
        ))}
      </ul>
    </div>
  );
}

function Item({ item }: { readonly item: OpenItem }) {
  const { t } = useTranslation();
  const { room, person } = useRoom();
  const { attempt } = useFeedback();
  const [resolving, setResolving] = useState(false);
  const assignee = item.assignee === undefined ? undefined : person(item.assignee)?.displayName;
  return (
    <li className="entry">
      <Icon name={item.kind} />
      <div className="entry__words">
        <p dir="auto">
          <span className="visually-hidden">{t(`item.${item.kind}`)}: </span>
          {item.text}
        </p>
        <p className="entry__facts">
          <SourceLink by={item.openedBy} seq={item.seq} />
          {assignee !== undefined && <span>{t('item.assigned', { name: assignee })}</span>}
        </p>
        {resolving ? (
          <EntryForm
            label={t('item.resolution')}
            submit={t('item.resolve')}
            onSubmit={(text) => attempt(() => room.resolveItem(item.item, text))}
            onClose={() => setResolving(false)}
          />
        ) : (
          <Button
            small
            icon="check"
            aria-label={t('item.resolveNamed', { text: item.text })}
            onPress={() => setResolving(true)}
          >
            {t('item.resolve')}
          </Button>
        )}
      </div>
    </li>
  );
}
