import type { Part } from '@a2a-js/sdk';
import type { Room, TranscriptLine } from '@parley/client';
import type { ConversationView, Seq } from '@parley/core';

/** What an agent is told at its turn, and how far it has heard then. */
export interface Told {
  readonly parts: readonly Part[];
  readonly upTo: Seq;
  /** Whether anybody said anything. */
  readonly news: boolean;
}

/** What one message may hold: some 16 000 tokens, so that it fits whatever model is behind the agent. */
const CHARACTERS_MAX = 64_000;
const LINES_MAX = 200;

/** Everything after `heard`, in the words of who said it; the oldest give way where it is too much. */
export function tell({ transcript, view, me }: Room, heard: Seq): Told {
  // Its own words come back to an agent that begins anew, as after a restart of the hub.
  const fresh = transcript.filter(
    (line) => seqOf(line) > heard && (heard === 0 || line.participant !== me || wasCut(line)),
  );
  const lines = fresh.map((line) => partOf(line, view, me)).filter((part) => part !== null);
  const kept = latest(lines);
  const left = lines.length - kept.length;
  const notes = [
    ...(heard === 0 ? [note(introduction(view, me))] : []),
    ...(left > 0 ? [note(`(${left} earlier lines are left out here.)`)] : []),
  ];
  return {
    parts: [...notes, ...kept],
    upTo: Math.max(heard, view.seq),
    news: fresh.some((line) => line.participant !== me && line.kind === 'utterance'),
  };
}

/** Says something that is nobody's utterance. */
export const note = (text: string): Part => textPart(text, { note: true });

/** Who is there, for a message's metadata. */
export const presentIn = ({ participants }: ConversationView) =>
  participants.slice(0, LINES_MAX).map(({ id, displayName, kind }) => ({ id, displayName, kind }));

function introduction(view: ConversationView, me: string): string {
  const self = view.participants.find(({ id }) => id === me)?.displayName ?? 'you';
  const others = view.participants.filter(({ id }) => id !== me).slice(0, LINES_MAX);
  const present = others.map(({ displayName, kind }) => `${plain(displayName)} (${kind})`).join(', ');
  const title = view.title === '' ? '' : ` about “${view.title}”`;
  return [
    `You take part in a conversation${title} as ${plain(self)}.`,
    `Also present: ${present === '' ? 'nobody yet' : present}.`,
    'Every utterance begins with its speaker’s name in square brackets.',
    'Now it is your turn: your answer is heard by all. Answer nothing to let the turn pass.',
  ].join(' ');
}

function partOf(line: TranscriptLine, { participants }: ConversationView, me: string): Part | null {
  if (line.kind === 'utterance') {
    if (line.status !== 'ended' || line.text === '') return null;
    const kind = participants.find(({ id }) => id === line.participant)?.kind;
    const cut = line.interrupted
      ? line.participant === me
        ? ' (you were interrupted here)'
        : ' (interrupted)'
      : '';
    return textPart(`[${plain(line.displayName)}]: ${unmistakable(line.text)}${cut}`, {
      seq: seqOf(line),
      speaker: line.participant,
      displayName: line.displayName,
      ...(kind === undefined ? {} : { kind }),
    });
  }
  const context = CONTEXT[line.kind];
  if (context === undefined || !('text' in line)) return null;
  return textPart(`(${context}: ${unmistakable(line.text)})`, { note: true, seq: seqOf(line) });
}

const CONTEXT: Readonly<Partial<Record<TranscriptLine['kind'], string>>> = {
  topic: 'The topic is now',
  itemOpened: 'Opened',
  itemResolved: 'Resolved',
  decision: 'Decided',
};

/** Where a line stands: an utterance where it ended, for only then it is whole. */
const seqOf = (line: TranscriptLine): Seq => (line.kind === 'utterance' ? line.endedSeq : line.seq) ?? 0;

const wasCut = (line: TranscriptLine): boolean => line.kind === 'utterance' && line.interrupted;

/** A name cannot close the brackets that it stands in. */
const plain = (name: string): string => name.replace(/[[\]]/g, '|');

/** A further line of an utterance that looks like the beginning of somebody else's is marked as text. */
const unmistakable = (text: string): string => text.replace(/\n(\s*)\[(?=[^\]\n]*\]:)/g, '\n$1\\[');

function latest(parts: readonly Part[]): readonly Part[] {
  let characters = 0;
  const first = parts.findLastIndex((part, index) => {
    characters += part.content?.$case === 'text' ? part.content.value.length : 0;
    return characters > CHARACTERS_MAX || parts.length - index > LINES_MAX;
  });
  return parts.slice(first + 1);
}

export const textPart = (text: string, metadata: Readonly<Record<string, unknown>>): Part => ({
  content: { $case: 'text', value: text },
  metadata: { ...metadata },
  filename: '',
  mediaType: 'text/plain',
});
