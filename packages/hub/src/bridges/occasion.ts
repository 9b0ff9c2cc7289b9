import type { Room, WireEvent } from '@parley/client';
import { isQuestion, type Occasion } from '@parley/core';

/** What somebody else said, as its bridge judges it; null for what is no reason to speak. */
export function occasionOf(event: WireEvent, room: Room): Occasion | null {
  const { me } = room;
  if (event.event === 'item.opened') {
    const { kind, assignee } = event.data;
    if (event.by === me || (kind === 'task' && assignee !== me)) return null;
    return { addressed: assignee === me, question: assignee === undefined || assignee === me };
  }
  if (event.event !== 'speech.ended' || event.data.participant === me) return null;
  const { addressedTo, text, expectsReply } = event.data;
  return judged({ addressedTo, text, expectsReply: expectsReply === true }, room);
}

/** An utterance by what it says. */
export function judged(
  said: { readonly addressedTo: readonly string[]; readonly text: string; readonly expectsReply: boolean },
  room: Pick<Room, 'me' | 'self' | 'view'>,
): Occasion {
  const addressed = said.addressedTo.includes(room.me) || isNamed(said.text, room);
  const toAll = said.addressedTo.length === 0;
  return { addressed, question: (addressed || toAll) && (said.expectsReply || isQuestion(said.text)) };
}

/** `@name` in the text; where the name of somebody else who is present begins with it, that one is meant by the rest. */
function isNamed(text: string, { me, self, view }: Pick<Room, 'me' | 'self' | 'view'>): boolean {
  const name = self?.displayName.toLowerCase() ?? '';
  const words = text.toLowerCase();
  if (name === '' || !words.includes(`@${name}`)) return false;
  const longer = view.participants
    .filter(({ id }) => id !== me)
    .map(({ displayName }) => displayName.toLowerCase())
    .filter((other) => other.length > name.length && other.startsWith(name));
  for (let at = words.indexOf(`@${name}`); at >= 0; at = words.indexOf(`@${name}`, at + 1)) {
    if (!longer.some((other) => words.startsWith(other, at + 1))) return true;
  }
  return false;
}
