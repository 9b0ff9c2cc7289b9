import type { TranscriptLine, UtteranceLine } from '@parley/client';
import type { ConversationView, ParticipantId } from '@parley/core';

/** Every line break that any reader may know. */
const LINE_BREAKS = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

/**
 * What somebody wrote, so that none of it can pass for anything else: each of its lines begins with a bar,
 * and nothing that the hub says does.
 */
export const quoted = (text: string): string =>
  text
    .split(LINE_BREAKS)
    .map((line) => `| ${line}`)
    .join('\n');

/** A name within a line of the hub's: brackets would end it early. */
export const nameOf = (displayName: string): string =>
  displayName.replaceAll(/[[\]]/g, (bracket) => (bracket === '[' ? '(' : ')'));

/** One entry of a prompt: said by the participant itself, or told to it. */
export interface Said {
  readonly role: 'assistant' | 'user';
  readonly text: string;
}

/** The lines of a transcript as their reader is told them; what is still being said comes when it is over. */
export function saidIn(
  transcript: readonly TranscriptLine[],
  view: ConversationView,
  me: ParticipantId,
): Said[] {
  const kinds = new Map<ParticipantId, string>();
  for (const { id, kind } of [...view.departed, ...view.participants]) kinds.set(id, kind);
  return transcript.flatMap((line): Said[] => {
    if (line.kind === 'utterance') return utterance(line, kinds, me);
    const text = event(line);
    return text === null ? [] : [{ role: 'user', text }];
  });
}

function utterance(
  line: UtteranceLine,
  kinds: ReadonlyMap<ParticipantId, string>,
  me: ParticipantId,
): Said[] {
  if (line.status !== 'ended' || line.text.trim() === '') return [];
  if (line.participant === me) {
    const cut: Said[] = line.interrupted ? [{ role: 'user', text: '* You were cut off there.' }] : [];
    return [{ role: 'assistant', text: line.text }, ...cut];
  }
  const kind = kinds.get(line.participant);
  const about = [
    nameOf(line.displayName),
    ...(kind === undefined ? [] : [kind]),
    ...(line.addressedTo.includes(me) ? ['to you'] : []),
    ...(line.interrupted ? ['cut off'] : []),
  ];
  return [{ role: 'user', text: `[${about.join(', ')}]\n${quoted(line.text)}` }];
}

/** What the room shares, and who comes and goes; null for what tells a speaker nothing. */
function event(line: Exclude<TranscriptLine, UtteranceLine>): string | null {
  const name = nameOf(line.displayName);
  switch (line.kind) {
    case 'joined':
      return `* ${name} joins.`;
    case 'left':
      return `* ${name} leaves.`;
    case 'topic':
      return `* ${name} sets the topic:\n${quoted(line.text)}`;
    case 'itemOpened':
      return `* ${name} opens an item:\n${quoted(line.text)}`;
    case 'itemResolved':
      return `* ${name} resolves an item:\n${quoted(line.text)}`;
    case 'decision':
      return `* ${name} records a decision:\n${quoted(line.text)}`;
    default:
      return null;
  }
}
