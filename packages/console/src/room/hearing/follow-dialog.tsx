import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from '../../shell/controls.tsx';
import { Dialog } from '../../shell/dialog.tsx';
import { useFeedback } from '../../shell/feedback.tsx';
import { TagField } from '../../shell/tag-field.tsx';
import { useRoom } from '../room-context.tsx';
import { followedTopics, INTEREST_CHARACTERS, TOPIC_CHARACTERS, TOPICS_MAX } from './topics.ts';

/** RT-3, RT-4: what one wants to hear of, changed while the conversation runs. */
export function FollowDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { room, view } = useRoom();
  const { attempt, announce } = useFeedback();
  const [topics, setTopics] = useState(room.self?.topics ?? []);
  const [interests, setInterests] = useState(room.self?.interests ?? []);
  const save = async (): Promise<void> => {
    const saved = await attempt(() => room.subscribeTopics(topics, interests));
    if (!saved) return;
    announce(t('follow.saved'));
    onClose();
  };
  return (
    <Dialog title={t('follow.title')} isOpen onClose={onClose}>
      <Form
        className="dialog__inner"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div className="dialog__body">
          <TagField
            label={t('follow.topics')}
            help={t('follow.topicsHelp')}
            tags={topics}
            suggestions={followedTopics(view)}
            maxLength={TOPIC_CHARACTERS}
            maxTags={TOPICS_MAX}
            autoFocus
            onChange={setTopics}
          />
          <TagField
            label={t('follow.interests')}
            help={t('follow.interestsHelp')}
            tags={interests}
            maxLength={INTEREST_CHARACTERS}
            maxTags={TOPICS_MAX}
            onChange={setInterests}
          />
        </div>
        <div className="dialog__actions">
          <Button onPress={onClose}>{t('action.cancel')}</Button>
          <Button look="primary" type="submit">
            {t('action.save')}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
