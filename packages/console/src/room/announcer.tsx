import type { Room, WireEvent } from '@parley/client';
import type { TFunction } from 'i18next';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { announcementOf } from './decisions/announcement.ts';
import { useRoom } from './room-context.tsx';
import { plainStart } from './transcript/plain-text.ts';

/** An utterance is read out so far; the whole stands in the transcript. */
const SPOKEN_CHARACTERS = 280;
/** Sentences that came within this time are said together. */
const GATHER_MS = 400;

/** Tells screen readers about turns: who has the floor, what was said once it was said, never pieces of it. */
export function Announcer() {
  const { t } = useTranslation();
  const { room, me, person } = useRoom();
  const [sentence, setSentence] = useState('');
  const latest = useRef({ t, person });
  latest.current = { t, person };

  useEffect(() => {
    let gathered: string[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = room.on((event) => {
      const words = wordsFor(
        event,
        me,
        latest.current.t,
        (id) => (latest.current.person(id) ?? bridgeOf(room, id))?.displayName ?? '',
      );
      if (words === null) return;
      gathered.push(words);
      timer ??= setTimeout(() => {
        setSentence(gathered.join(' '));
        gathered = [];
        timer = undefined;
      }, GATHER_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [room, me]);

  return (
    <div className="visually-hidden" aria-live="polite" data-testid="turns">
      {sentence}
    </div>
  );
}

const bridgeOf = (room: Room, id: string) => room.view.bridges.find(({ bridge }) => bridge === id);

function wordsFor(event: WireEvent, me: string, t: TFunction, nameOf: (id: string) => string): string | null {
  switch (event.event) {
    case 'floor.granted':
      return event.data.participant === me
        ? t('announce.mine')
        : t('announce.holds', { name: nameOf(event.data.participant) });
    case 'floor.expiring':
      return event.data.participant === me ? t('announce.expiring') : null;
    case 'floor.revoked':
      return event.data.participant === me
        ? t(`announce.revoked.${event.data.cause}`, { defaultValue: t('announce.lost') })
        : null;
    case 'speech.ended':
      return event.data.participant === me
        ? null
        : t(event.data.to === undefined ? 'announce.said' : 'announce.whispered', {
            name: nameOf(event.data.participant),
            text: plainStart(event.data.text, SPOKEN_CHARACTERS),
          });
    case 'bridge.added':
      return event.data.status === 'pending' && event.by !== me
        ? t('announce.asksToBring', { name: nameOf(event.by ?? ''), whom: event.data.displayName })
        : null;
    case 'bridge.reported': {
      const { bridge, problem } = event.data;
      return problem === null
        ? null
        : t('announce.keptAway', { name: nameOf(bridge), problem: problem.message });
    }
    case 'participant.joined':
      return t('note.joined', { name: event.data.participant.displayName });
    case 'participant.left':
      return t('note.left', { name: nameOf(event.data.participant) });
    default:
      return announcementOf(event, { me, t, nameOf });
  }
}
