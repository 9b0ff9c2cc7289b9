import type { Room } from '@parley/client';
import type { RevokeCause } from '@parley/core';
import { plainLine } from '../terminal/plain-text.ts';
import { callsOf } from './floor-calls.ts';
import { glanceOf, halted, mayResume } from './floor-line.ts';

type Notice = (text: string) => void;

/** Tells how one's turn or request came to an end that one did not choose. Returns how to stop. */
export function tellLosses(room: Room, notice: Notice): () => void {
  return room.on((event) => {
    if (event.event === 'floor.revoked' && event.data.participant === room.me) {
      const { cause, reason } = event.data;
      const why = reason === undefined ? '' : `: ${plainLine(reason)}`;
      notice(`The floor was taken from you (${CAUSES[cause]})${why}.`);
    } else if (event.event === 'floor.denied' && event.data.participant === room.me) {
      notice(`Your request was turned down (${plainLine(event.data.cause).replaceAll('_', ' ')}).`);
    }
  });
}

const CAUSES: Readonly<Record<RevokeCause, string>> = {
  no_content: 'you said nothing',
  too_long: 'your time is up',
  inactive: 'you fell silent',
  left: 'you left',
  disconnected: 'you were disconnected',
  moderator: 'by a moderator',
  preempted: 'somebody has priority',
  interrupted: 'somebody interrupts',
  overlap: 'another goes on',
  collision: 'you started at the same time as another',
  muted: 'you are muted',
  role: 'you may not speak any more',
  reconfigured: 'the rules changed',
  ended: 'the conversation has ended',
};

/**
 * Says once what waits for this person: a vote, a bid window, a question, the floor. For where no line
 * shows the floor all the time. A turn is not told while something waits for it, for that is said at once.
 */
export function tellCalls(
  room: Room,
  now: () => number,
  notice: Notice,
  waitsToSay: () => boolean,
): () => void {
  let told = new Set<string>();
  const tell = (): void => {
    const glance = glanceOf(room, now());
    const calls = mayResume(glance.view, glance.me)
      ? [{ key: `pause ${glance.view.paused?.at}`, text: halted(glance) }]
      : callsOf(glance).filter(({ mine }) => mine);
    for (const { key, text } of calls) {
      if (!told.has(key) && !(waitsToSay() && key.startsWith('turn'))) notice(text);
    }
    told = new Set(calls.map(({ key }) => key));
  };
  tell();
  return room.subscribe(tell);
}
