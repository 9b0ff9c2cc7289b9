import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../shell/controls.tsx';
import { useFeedback } from '../../shell/feedback.tsx';
import { useRoom } from '../room-context.tsx';
import { EntryForm } from './entry-form.tsx';

export function Topic() {
  const { t } = useTranslation();
  const { room, view } = useRoom();
  const { attempt } = useFeedback();
  const [editing, setEditing] = useState(false);
  const { topic } = view.context;
  return (
    <div className="block">
      <div className="block__head">
        <h3 className="block__title">{t('topic.title')}</h3>
        {!editing && (
          <IconButton small icon="edit" label={t('topic.edit')} onPress={() => setEditing(true)} />
        )}
      </div>
      {editing ? (
        <EntryForm
          label={t('topic.label')}
          submit={t('action.save')}
          initial={topic ?? ''}
          onSubmit={(text) => attempt(() => room.setTopic(text))}
          onClose={() => setEditing(false)}
        />
      ) : topic === null ? (
        <p className="block__empty">{t('topic.none')}</p>
      ) : (
        <p className="topic" dir="auto">
          {topic}
        </p>
      )}
    </div>
  );
}
