import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../shell/icon.tsx';
import { useRoom } from '../room-context.tsx';

interface Heard {
  readonly key: number;
  readonly participant: string;
  readonly kind: 'backchannel' | 'yield' | 'typing' | 'hand';
  readonly text: string | undefined;
}

const SHOWN_MS = 6_000;
const SHOWN_AT_ONCE = 4;

/** Small signs that need no floor: "mm-hm", a hand, somebody writing. They go by and are kept nowhere. */
export function Signals() {
  const { t } = useTranslation();
  const { room, me, person } = useRoom();
  const [heard, setHeard] = useState<readonly Heard[]>([]);

  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>();
    let count = 0;
    const stop = room.on((event) => {
      if (event.event === 'speech.started' || event.event === 'speech.ended') {
        // What somebody was writing is in the transcript now.
        const { participant: speaker } = event.data;
        setHeard((before) => before.filter((one) => one.kind !== 'typing' || one.participant !== speaker));
      }
      if (event.event !== 'signal') return;
      const { participant, kind, text } = event.data;
      const speaks = room.view.speaking.some((speech) => speech.participant === participant);
      if (participant === me || (kind === 'typing' && speaks)) return;
      const key = (count += 1);
      setHeard((before) => [
        ...before
          .filter((other) => other.participant !== participant || other.kind !== kind)
          .slice(1 - SHOWN_AT_ONCE),
        { key, participant, kind, text },
      ]);
      const timer = setTimeout(() => {
        timers.delete(timer);
        setHeard((before) => before.filter((other) => other.key !== key));
      }, SHOWN_MS);
      timers.add(timer);
    });
    return () => {
      stop();
      for (const timer of timers) clearTimeout(timer);
    };
  }, [room, me]);

  if (heard.length === 0) return null;
  return (
    <ul className="signals" aria-label={t('signal.title')}>
      {heard.map(({ key, participant, kind, text }) => {
        const name = person(participant)?.displayName ?? t('people.somebody');
        return (
          <li key={key} className="signals__one">
            {kind === 'hand' && <Icon name="hand" />}
            <span>
              {kind === 'backchannel' && text !== undefined
                ? t('signal.says', { name, text })
                : t(`signal.${kind}`, { name })}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
