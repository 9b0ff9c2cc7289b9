import type { OfferedParticipants } from '@parley/client';
import { useEffect, useRef, useState } from 'react';
import { Form, Radio, RadioGroup } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../../messages/error-text.ts';
import { Button, TextField } from '../../shell/controls.tsx';
import { Dialog } from '../../shell/dialog.tsx';
import { useFeedback } from '../../shell/feedback.tsx';
import { Loading } from '../../shell/notice.tsx';
import { TagField } from '../../shell/tag-field.tsx';
import {
  followedTopics,
  INTEREST_CHARACTERS,
  looksAtTopics,
  TOPIC_CHARACTERS,
  TOPICS_MAX,
} from '../hearing/topics.ts';
import { rolesIn } from '../join-advanced.tsx';
import { useRoom } from '../room-context.tsx';
import { EngagementField } from './engagement-field.tsx';
import { HowItIsReached } from './how-it-is-reached.tsx';
import { useOffered } from './use-offered.ts';
import type { Problem, Way } from './wish.ts';
import { NO_WISH, OWN_PROBLEMS, WAYS, isByAddress, nameOf, problemOf, requestOf, withFirst } from './wish.ts';

const NOTHING: OfferedParticipants = { services: [], agents: [] };

/** A moderator brings in an A2A agent, a model, or an agent of the hub's own: each by what it is reached with. */
export function BringInDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { room, view } = useRoom();
  const { announce } = useFeedback();
  const form = useRef<HTMLFormElement>(null);
  const { offered, problem: unread } = useOffered();
  const [wish, setWish] = useState(NO_WISH);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const { way, displayName } = wish;
  const settings = withFirst(way, wish.settings[way], offered ?? NOTHING);
  const name = nameOf(wish, settings);
  const { routing } = view.config;

  useEffect(() => {
    if (problem !== null) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem]);

  const bring = async (): Promise<void> => {
    if (name === '') return setProblem({ path: 'displayName', text: t('bring.nameMissing') });
    setBusy(true);
    setProblem(null);
    try {
      const { status } = await room.bridges.add(requestOf(wish, settings));
      announce(t(status === 'active' ? 'bring.done' : 'bring.asked', { name }));
      onClose();
    } catch (error) {
      setProblem(problemOf(error, errorText));
      setBusy(false);
    }
  };
  const nobodyToChoose = way === 'localAgent' && !('agent' in settings);
  const errorAt = (path: string): string | undefined => (problem?.path === path ? problem.text : undefined);

  return (
    <Dialog title={t('bring.title')} isOpen onClose={onClose}>
      <Form
        ref={form}
        className="dialog__inner"
        // Addresses are the hub's to judge, and what it says stands at the field.
        validationBehavior="aria"
        onSubmit={(event) => {
          event.preventDefault();
          void bring();
        }}
      >
        <div className="dialog__body">
          <RadioGroup
            className="choice choice--ways"
            aria-label={t('bring.way')}
            value={way}
            onChange={(next) => {
              setProblem(null);
              setWish({ ...wish, way: next as Way });
            }}
          >
            {WAYS.map((each) => (
              <Radio key={each} value={each} className="choice__option">
                <span className="choice__mark" aria-hidden="true" />
                <span>
                  <strong>{t(`bring.ways.${each}`)}</strong>
                  <span className="field__help">{t(`bring.waysHelp.${each}`)}</span>
                </span>
              </Radio>
            ))}
          </RadioGroup>
          {!isByAddress(way) && offered === null && unread === null && <Loading label={t('bring.loading')} />}
          {!isByAddress(way) && unread !== null && <p className="field__error">{unread}</p>}
          {(isByAddress(way) || offered !== null) && (
            <HowItIsReached
              way={way}
              offered={offered ?? NOTHING}
              settings={settings}
              errorAt={errorAt}
              onChange={(next) => setWish({ ...wish, settings: { ...wish.settings, [way]: next } })}
            />
          )}
          <TextField
            label={t('bring.name')}
            help={t('bring.nameHelp')}
            value={displayName}
            {...(displayName === '' && name !== '' ? { placeholder: name } : {})}
            maxLength={64}
            error={errorAt('displayName')}
            onChange={(next) => setWish({ ...wish, displayName: next })}
          />
          <EngagementField
            engagement={wish.engagement}
            onChange={(engagement) => setWish({ ...wish, engagement })}
          />
          {routing.kind === 'roleBased' && (
            <TagField
              label={t('bring.roles')}
              tags={wish.roles}
              suggestions={rolesIn(routing)}
              maxLength={64}
              maxTags={TOPICS_MAX}
              onChange={(roles) => setWish({ ...wish, roles })}
            />
          )}
          {looksAtTopics(routing) && (
            <>
              <TagField
                label={t('follow.topics')}
                tags={wish.topics}
                suggestions={followedTopics(view)}
                maxLength={TOPIC_CHARACTERS}
                maxTags={TOPICS_MAX}
                onChange={(topics) => setWish({ ...wish, topics })}
              />
              <TagField
                label={t('follow.interests')}
                tags={wish.interests}
                maxLength={INTEREST_CHARACTERS}
                maxTags={TOPICS_MAX}
                onChange={(interests) => setWish({ ...wish, interests })}
              />
            </>
          )}
          {problem !== null && !OWN_PROBLEMS.has(problem.path) && (
            <p className="field__error" role="alert">
              {problem.text}
            </p>
          )}
        </div>
        <div className="dialog__actions">
          <Button onPress={onClose}>{t('action.cancel')}</Button>
          <Button look="primary" type="submit" isDisabled={busy || nobodyToChoose}>
            {t('bring.submit')}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
