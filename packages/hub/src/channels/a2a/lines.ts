import type { ParticipantId, ParticipantKind, Seq, State } from '@parley/core';
import { memberById } from '@parley/core';
import { historyFrom, newestEvents } from '../../delivery/catch-up.ts';
import type { Conversations } from '../../host/submission.ts';
import type { EventFrame } from './event-queue.ts';
import type { Said } from './parts.ts';

/** Events looked at, from the end of the log backwards, for what was said: bounded like a catch-up (CU-3). */
const LOOKED_AT = 400;

/** A speaker, as others are told of it. */
export interface SpeakerName {
  readonly id: ParticipantId;
  readonly displayName: string;
  readonly kind: ParticipantKind | null;
}

/** An utterance of the log. */
export interface Line {
  readonly seq: Seq;
  readonly at: string;
  readonly utterance: string;
  readonly speaker: SpeakerName;
  readonly said: Said;
  readonly about: Readonly<Record<string, unknown>>;
}

/** The last utterances that this member may read (RT-7), oldest first. */
export async function recentLines(
  conversations: Conversations,
  state: State,
  participant: ParticipantId,
): Promise<Line[]> {
  const reader = { participant, historyFrom: historyFrom(state, participant) };
  const first = Math.max(0, reader.historyFrom - 1);
  const { events } = await newestEvents(conversations, state, reader, first, LOOKED_AT);
  return events
    .map(({ json }) => JSON.parse(json) as EventFrame)
    .filter(({ event }) => event === 'speech.ended')
    .map((frame) => lineOf(frame, (id) => nameIn(state, id)));
}

/** `frame` is a `speech.ended`. */
export function lineOf(frame: EventFrame, nameOf: (id: ParticipantId) => SpeakerName): Line {
  const { utterance, participant, text, parts, grant: _, startedAt: __, endedAt: ___, ...about } = frame.data;
  return {
    seq: frame.seq ?? 0,
    at: frame.at,
    utterance: utterance as string,
    speaker: nameOf(participant as ParticipantId),
    said: { text: text as string, parts: parts as Said['parts'] },
    about,
  };
}

export function nameIn(state: State, id: ParticipantId): SpeakerName {
  const known = memberById(state, id)?.profile ?? state.departed.findLast((former) => former.id === id);
  return known
    ? { id, displayName: known.displayName, kind: known.kind }
    : { id, displayName: id, kind: null };
}

/** What a client is told beside the words of an utterance. */
export const aboutLine = ({ seq, at, utterance, speaker, about }: Line) => ({
  seq,
  at,
  utterance,
  speaker,
  ...about,
});
