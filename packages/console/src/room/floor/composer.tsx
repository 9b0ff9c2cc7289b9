import type { KeyboardEvent } from 'react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../messages/formats.ts';
import { Button, IconButton } from '../../shell/controls.tsx';
import { useFeedback } from '../../shell/feedback.tsx';
import { useMedia } from '../../shell/use-media.ts';
import { ALOUD } from '../../session/aside.ts';
import { Addressing } from '../hearing/addressing.tsx';
import { useRoom } from '../room-context.tsx';
import { isOver } from '../room-troubles.ts';
import { Backchannels } from './backchannels.tsx';
import { useAside } from './use-aside.ts';
import { behind, useDraft } from './use-draft.ts';
import { useMyFloor } from './use-my-floor.ts';
import { useTyping } from './use-typing.ts';

/** One utterance, at most so long on the wire. */
const MAX_LENGTH = 32_000;
const MENU_CLOSES_MS = 100;

interface ComposerProps {
  readonly replyTo: number | null;
  readonly onReplyDone: () => void;
}

/**
 * Where one writes, with or without the floor. Its main button, and Enter, do what is possible now:
 * speak with the floor, take a free floor and speak, or raise the hand and keep the draft.
 */
export function Composer({ replyTo, onReplyDone }: ComposerProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { room, view, isObserver, person } = useRoom();
  const { attempt } = useFeedback();
  const floor = useMyFloor();
  const [draft, setDraft] = useDraft(room.id);
  const [aside, setAside] = useAside(room.id);
  const typing = useTyping(room, floor.holding);
  const touch = useMedia('(pointer: coarse)');
  const gone = aside.to.filter((id) => !view.participants.some((member) => member.id === id));
  const whispers = aside.to.length > 0;
  // A whisper whose hearers have all left is nobody's; said to no one, it would still reach moderators.
  const unheard = whispers && gone.length === aside.to.length;
  const speaking = useRef(false);
  const field = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    if (replyTo === null) return;
    // After the menu from which one answers has given the focus back to where it was.
    const timer = setTimeout(() => field.current?.focus(), MENU_CLOSES_MS);
    return () => clearTimeout(timer);
  }, [replyTo]);

  const latest = useRef({ draft, aside, replyTo });
  latest.current = { draft, aside, replyTo };

  /** One after the other, so that a second press says nothing twice. */
  const once = async (work: () => Promise<void>): Promise<void> => {
    if (draft.trim() === '' || unheard || speaking.current) return;
    speaking.current = true;
    await attempt(work);
    speaking.current = false;
  };

  /** Says what was meant when that was asked for, whatever has been written or addressed since. */
  const say = async (meant: typeof latest.current, final: boolean): Promise<void> => {
    const to = meant.aside.to.filter((id) => room.view.participants.some((member) => member.id === id));
    if (to.length === 0 && meant.aside.to.length > 0) return;
    await room.say(meant.draft.trim(), {
      final,
      ...(meant.replyTo === null ? {} : { inReplyTo: meant.replyTo }),
      ...(to.length === 0 ? {} : { to }),
      ...(meant.aside.topics.length === 0 ? {} : { topics: meant.aside.topics }),
    });
    const now = latest.current;
    const rest = behind(now.draft, meant.draft);
    setDraft(rest);
    // What is written on stays a whisper, and an answer.
    if (rest === '' && now.aside === meant.aside) setAside(ALOUD);
    if (rest === '' && now.replyTo === meant.replyTo) onReplyDone();
  };

  const speak = (final: boolean): Promise<void> => {
    const meant = latest.current;
    return once(() => say(meant, final));
  };

  const takeAndSpeak = (): Promise<void> => {
    const meant = latest.current;
    return once(async () => {
      const answer = await room.floor.request();
      // Where somebody was faster, one is in the queue now and the draft waits.
      if (answer.status === 'granted') await say(meant, true);
    });
  };

  const ready = draft.trim() !== '' && !unheard;
  const main = (): void => {
    if (!ready) return;
    if (floor.holding) void speak(true);
    else if (floor.waiting || !floor.maySpeak) return;
    else if (floor.free) void takeAndSpeak();
    else void floor.raise();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && event.shiftKey && floor.holding) void speak(false);
    else if (command || (!event.shiftKey && !touch)) main();
    else return;
    event.preventDefault();
  };

  if (isObserver) {
    return (
      <div className="composer composer--observer">
        <p>{t('composer.observer')}</p>
        <Backchannels />
      </div>
    );
  }

  if (isOver(view.status)) return null;
  return (
    <div className={floor.holding ? 'composer composer--live' : 'composer'}>
      <Addressing aside={aside} onChange={setAside} onEmptied={() => field.current?.focus()} />
      <div role="status">
        {gone.length > 0 && (
          <p className="composer__gone">
            {t('whisper.gone', {
              count: gone.length,
              names: formats.list(gone.map((id) => person(id)?.displayName ?? t('people.somebody'))),
            })}
          </p>
        )}
      </div>
      {replyTo !== null && (
        <p className="composer__reply">
          {t('composer.replying', { line: replyTo })}
          <IconButton small icon="close" label={t('composer.noReply')} onPress={onReplyDone} />
        </p>
      )}
      <textarea
        ref={field}
        className={whispers ? 'composer__text composer__text--whisper' : 'composer__text'}
        id="composer"
        dir="auto"
        rows={2}
        maxLength={MAX_LENGTH}
        value={draft}
        aria-label={t('composer.label')}
        aria-describedby="composer-hint"
        placeholder={t(floor.holding ? 'composer.live' : 'composer.draft')}
        onChange={(event) => {
          setDraft(event.target.value);
          typing();
        }}
        onKeyDown={onKeyDown}
      />
      <div className="composer__row">
        {!floor.holding && <Backchannels />}
        <p className="composer__hint" id="composer-hint">
          {t(touch ? 'composer.hintTouch' : floor.holding ? 'composer.hintLive' : 'composer.hint')}
        </p>
        <div className="composer__buttons">
          {floor.holding && (
            <Button isDisabled={!ready} onPress={() => void speak(false)}>
              {t(whispers ? 'composer.whisperAndKeep' : 'composer.speakAndKeep')}
            </Button>
          )}
          <Button
            look="primary"
            icon={floor.holding || floor.free ? 'send' : 'hand'}
            isDisabled={!ready || floor.waiting || (!floor.maySpeak && !floor.holding)}
            onPress={main}
          >
            {t(
              floor.holding || floor.free
                ? whispers
                  ? 'composer.whisper'
                  : 'composer.speak'
                : floor.waiting
                  ? 'composer.waiting'
                  : floor.asking === 'bid'
                    ? 'composer.bidToSpeak'
                    : 'composer.raiseToSpeak',
            )}
          </Button>
        </div>
      </div>
    </div>
  );
}
