import type { Grant } from '../floor/grant.ts';
import type { ParticipantId } from '../kernel/id.ts';
import { iso } from '../kernel/instant.ts';
import { reachOf, widened } from './audience.ts';
import type { SpeechPart } from './commands.ts';
import type { Draft } from './draft.ts';

export interface UtteranceEnd {
  readonly text?: string;
  readonly parts?: readonly SpeechPart[];
  readonly addressedTo?: readonly ParticipantId[];
  readonly expectsReply?: boolean;
  readonly interrupted?: boolean;
  readonly interruptedBy?: ParticipantId;
}

/** Ends the utterance that is being streamed; without `text`, with what was said so far. */
export function endUtterance(draft: Draft, grant: Grant, end: UtteranceEnd): void {
  const utterance = grant.utterance;
  if (!utterance) return;
  const { state, at } = draft;
  const addressedTo = end.addressedTo ?? utterance.addressedTo;
  const audience = widened(utterance.audience, addressedTo);
  draft.emit(
    'speech.ended',
    {
      utterance: utterance.id,
      participant: grant.participant,
      grant: grant.grant,
      text: end.text ?? state.live.texts[utterance.id] ?? '',
      parts: end.parts ?? [],
      startedAt: iso(utterance.startedAt),
      endedAt: iso(at),
      topics: utterance.topics,
      addressedTo,
      inReplyTo: utterance.inReplyTo,
      ...(end.expectsReply ? { expectsReply: true } : {}),
      ...(end.interrupted ? { interrupted: true } : {}),
      ...(end.interruptedBy === undefined ? {} : { interruptedBy: end.interruptedBy }),
      ...(utterance.late ? { late: true } : {}),
      ...reachOf(state, audience, utterance.to),
    },
    { audience },
  );
}
