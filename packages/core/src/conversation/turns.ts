import type { Grant, GrantCause, RevokeCause } from '../floor/grant.ts';
import type { ParticipantId } from '../kernel/id.ts';
import { iso } from '../kernel/instant.ts';
import type { Draft } from './draft.ts';
import type { LeaveCause, ReplyWindow } from './events.ts';
import { floorView, mayHold, routingOf, turnStrategyOf } from './floor-view.ts';
import type { State } from './state.ts';

/** The kernel's moves: every strategy and every moderator's command comes down to these. */

/** Gives free slots away until nobody can take one: FL-1, FL-6 and FL-13. Called at the end of every command. */
export function settle(draft: Draft): void {
  const strategy = turnStrategyOf(draft.state);
  while (
    draft.state.status === 'active' &&
    draft.state.floor.holders.length < strategy.slots(draft.state.config.floor.strategy)
  ) {
    const window = openReplyWindow(draft.state, draft.at);
    const next = window ? addresseeOf(draft.state, window) : strategy.next(floorView(draft.state, draft.at));
    if (!next) return;
    grantFloor(draft, next.participant, next.cause, next.reason);
  }
}

/** FL-13: the reply window that holds everybody else back at this instant. */
export function openReplyWindow(state: State, at: number): State['floor']['replyWindow'] {
  const window = state.floor.replyWindow;
  if (!window || at >= window.closesAt) return null;
  return window.addressees.some((id) => mayHold(state, id)) ? window : null;
}

function addresseeOf(
  state: State,
  window: { readonly addressees: readonly ParticipantId[] },
): { participant: ParticipantId; cause: GrantCause; reason?: string } | null {
  const request = state.floor.queue.find(
    ({ participant }) => window.addressees.includes(participant) && mayHold(state, participant),
  );
  return request ? { participant: request.participant, cause: 'reply' } : null;
}

export function grantFloor(
  draft: Draft,
  participant: ParticipantId,
  cause: GrantCause,
  reason?: string,
): void {
  const { strategy, timers } = draft.state.config.floor;
  draft.emit('floor.granted', {
    participant,
    grant: draft.nextSeq,
    cause,
    ...(reason === undefined ? {} : { reason }),
    endsAt: iso(draft.at + turnStrategyOf(draft.state).turnMs(strategy, timers)),
  });
}

export function releaseFloor(draft: Draft, grant: Grant): void {
  if (grant.utterance) endUtterance(draft, grant, {});
  const ended = currentGrant(draft, grant);
  draft.emit('floor.released', {
    participant: ended.participant,
    grant: ended.grant,
    ...replyWindowAfter(draft, ended),
  });
}

/** Takes the floor away, at once or after the announced grace (`too_long`, `preempted`). */
export function revokeFloor(draft: Draft, grant: Grant, cause: RevokeCause, reason?: string): void {
  const { revokeGraceMs } = draft.state.config.floor.timers;
  if ((cause === 'too_long' || cause === 'preempted') && revokeGraceMs > 0) {
    draft.emit('floor.revoking', {
      participant: grant.participant,
      grant: grant.grant,
      cause,
      cutAt: iso(draft.at + revokeGraceMs),
      ...(reason === undefined ? {} : { reason }),
    });
  } else {
    cutFloor(draft, grant, cause, reason);
  }
}

/** The hard end of a turn: whatever was being said is kept as far as it was delivered (IP-6). */
export function cutFloor(draft: Draft, grant: Grant, cause: RevokeCause, reason?: string): void {
  if (grant.utterance) endUtterance(draft, grant, { interrupted: true });
  const ended = currentGrant(draft, grant);
  const { retryAfterMs } = draft.state.config.floor.timers;
  draft.emit('floor.revoked', {
    participant: ended.participant,
    grant: ended.grant,
    cause,
    ...(reason === undefined ? {} : { reason }),
    ...(cause === 'too_long' && retryAfterMs > 0 ? { retryAt: iso(draft.at + retryAfterMs) } : {}),
    ...replyWindowAfter(draft, ended),
  });
}

/** Whatever somebody holds or waits for ends with its membership (FL-7, FL-8). */
export function dropFromFloor(
  draft: Draft,
  id: ParticipantId,
  cause: RevokeCause,
  requestCause: LeaveCause | 'role',
): void {
  for (const grant of draft.state.floor.holders.filter((held) => held.participant === id)) {
    cutFloor(draft, grant, cause);
  }
  if (draft.state.floor.queue.some((request) => request.participant === id)) {
    draft.emit('floor.cancelled', { participant: id, cause: requestCause });
  }
}

export interface UtteranceEnd {
  readonly text?: string;
  readonly parts?: readonly { readonly type: string }[];
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
    },
    { audience: audienceOf(state, grant.participant, addressedTo, utterance.topics) },
  );
}

export const audienceOf = (
  state: State,
  speaker: ParticipantId,
  addressedTo: readonly ParticipantId[],
  topics: readonly string[],
) => routingOf(state).audience({ settings: state.config.routing, speaker, addressedTo, topics });

/** The grant as the events of this draft have left it. */
const currentGrant = (draft: Draft, grant: Grant): Grant =>
  draft.state.floor.holders.find((held) => held.grant === grant.grant) ?? grant;

function replyWindowAfter(draft: Draft, grant: Grant): { replyWindow?: ReplyWindow } {
  const { replyWindowMs } = draft.state.config.floor;
  const addressees = grant.asks.filter((id) => id !== grant.participant && mayHold(draft.state, id));
  if (replyWindowMs === 0 || addressees.length === 0) return {};
  return { replyWindow: { addressees, closesAt: iso(draft.at + replyWindowMs) } };
}
