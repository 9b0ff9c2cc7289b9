import type { ParticipantId } from '../kernel/id.ts';
import type { ConversationEvent } from './events.ts';
import { rosterOf } from './roster.ts';
import type { State } from './state.ts';

/** Letters and digits of any script: an `@name` ends where they end, and does not begin behind one. */
const WORD = /[\p{L}\p{N}_]/u;

/**
 * PR-3: whether an event is meant for this participant: said to it, said with its `@name` within its
 * hearing, or an item given to it. What it does itself is no news to it.
 */
export function isMention(state: State, event: ConversationEvent, id: ParticipantId): boolean {
  if (event.type === 'item.opened') return event.data.assignee === id && event.by !== id;
  if (event.type !== 'speech.ended' || event.data.participant === id) return false;
  if (event.audience !== 'all' && !event.audience.includes(id)) return false;
  return event.data.addressedTo.includes(id) || namesIn(event.data.text, state).has(id);
}

/** Members whose `@name` is in the text; where one name begins another, the longer one is meant. */
function namesIn(text: string, state: State): ReadonlySet<ParticipantId> {
  const named = new Set<ParticipantId>();
  if (!text.includes('@')) return named;
  const names = rosterOf(state)
    .members.map(({ profile }) => ({ id: profile.id, name: profile.displayName.toLowerCase() }))
    .toSorted((a, b) => b.name.length - a.name.length);
  const said = text.toLowerCase();
  for (let at = said.indexOf('@'); at >= 0; at = said.indexOf('@', at + 1)) {
    if (at > 0 && WORD.test(letterBefore(said, at))) continue;
    const longest = names.find(({ name }) => isNamedAt(said, at + 1, name))?.name;
    for (const { id, name } of names) if (name === longest) named.add(id);
  }
  return named;
}

const isNamedAt = (said: string, from: number, name: string): boolean =>
  said.startsWith(name, from) && !WORD.test(letterAt(said, from + name.length));

/** Whole letters: beyond the first plane of Unicode one takes two units, neither of which is a letter itself. */
const letterAt = (text: string, at: number): string => {
  const code = text.codePointAt(at);
  return code === undefined ? '' : String.fromCodePoint(code);
};
const letterBefore = (text: string, at: number): string => {
  const letter = letterAt(text, Math.max(0, at - 2));
  return letter.length === 2 ? letter : text.charAt(at - 1);
};
