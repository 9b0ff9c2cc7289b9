import type { ParticipantId, Seq, State } from '@parley/core';
import { awaitsAcknowledgement, iso, mayHold } from '@parley/core';
import { acknowledgedBy } from '../../sessions/acknowledging.ts';
import type { HttpContext } from '../http/context.ts';
import { grantOf } from './standing.ts';

/** Something that the conversation wants of one participant, and the tool that gives it. */
export type Asked =
  | {
      readonly kind: 'turn';
      readonly grant: Seq;
      /** The turn is taken away from whoever has said nothing by then. */
      readonly sayBefore: string;
      readonly use: 'say';
    }
  | { readonly kind: 'bid'; readonly window: string; readonly closesAt: string; readonly use: 'bid' }
  | {
      readonly kind: 'vote';
      readonly ballot: string;
      readonly about: 'turn' | 'motion';
      readonly candidates: readonly ParticipantId[];
      readonly closesAt: string;
      readonly use: 'vote';
    }
  /** The next turn waits until everybody has what was said, this participant too (CS-1). */
  | { readonly kind: 'read'; readonly use: 'read' }
  /** Only whoever was asked in the last turn is granted the floor until then (FL-13). */
  | { readonly kind: 'answer'; readonly closesAt: string; readonly use: 'say' };

/** All that waits for the participant now, most urgent first. */
export function askedOf(
  { parts }: Pick<HttpContext, 'parts'>,
  state: State,
  participant: ParticipantId,
): readonly Asked[] {
  const { queue, window, ballot, replyWindow } = state.floor;
  const asked: Asked[] = [];
  const held = grantOf(state, participant);
  if (held && !held.revoking) {
    const { firstContentMs } = state.config.floor.timers;
    const { firstContentAt, armedAt, turnMs } = held;
    asked.push({
      kind: 'turn',
      grant: held.grant,
      sayBefore: iso(firstContentAt === null ? armedAt + firstContentMs : firstContentAt + turnMs),
      use: 'say',
    });
  }
  if (ballot?.electorate.includes(participant) && !Object.hasOwn(ballot.choices, participant)) {
    asked.push({
      kind: 'vote',
      ballot: ballot.id,
      about: ballot.kind,
      candidates: ballot.candidates,
      closesAt: iso(ballot.closesAt),
      use: 'vote',
    });
  }
  // What it says that it has may not have reached the conversation yet.
  const received = acknowledgedBy(parts, state.id, participant);
  const isAwaited = (seq: Seq) => awaitsAcknowledgement(state, participant, seq);
  if (isAwaited(state.seq) && !isAwaited(received)) asked.push({ kind: 'read', use: 'read' });
  const waits = queue.some((request) => request.participant === participant);
  if (held || waits || !mayHold(state, participant)) return asked;
  if (window && !window.passed.includes(participant)) {
    asked.push({ kind: 'bid', window: window.id, closesAt: iso(window.closesAt), use: 'bid' });
  }
  if (replyWindow?.addressees.includes(participant)) {
    asked.push({ kind: 'answer', closesAt: iso(replyWindow.closesAt), use: 'say' });
  }
  return asked;
}
