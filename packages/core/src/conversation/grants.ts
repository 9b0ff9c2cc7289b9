import type { ReportedFailure } from '../floor/failure.ts';
import { failureOf } from '../floor/failure.ts';
import {
  remainingMs,
  type Grant,
  type GrantCause,
  type InterruptedTurn,
  type RevokeCause,
} from '../floor/grant.ts';
import { holderOf, requestOf } from '../floor/floor.ts';
import type { ParticipantId } from '../kernel/id.ts';
import { iso, type Instant, type Millis } from '../kernel/instant.ts';
import { endStake, escrow } from './credits.ts';
import type { Draft } from './draft.ts';
import type { DurableEventData, LeaveCause, ReplyWindow } from './events.ts';
import { hasRoom, mayHold, strategyView, turnStrategyOf } from './floor-view.ts';
import { muteWhereFailing } from './muting.ts';
import { isObserver } from '../participants/role.ts';
import type { State } from './state.ts';
import { barrierUntil } from './strong-views.ts';
import { missedMs } from './missed-turns.ts';
import { notify, passedOver } from './notifications.ts';
import { endUtterance } from './utterances.ts';

/** The kernel's moves on the floor: every strategy, policy, timer and moderator comes down to these. */

export interface GrantOptions {
  readonly reason?: string;
  readonly stake?: number;
  readonly interrupted?: InterruptedTurn;
  readonly urgency?: number | undefined;
  /** Instead of what the strategy allows. */
  readonly turnMs?: number;
}

export function grantFloor(
  draft: Draft,
  participant: ParticipantId,
  cause: GrantCause,
  options: GrantOptions = {},
): void {
  // CS-1: what was cut off for this turn is an utterance too, which some views have yet to acknowledge.
  const { urgency, interrupted } = options;
  if (barrierUntil(draft.state) !== null) {
    return putAtHead(draft, participant, {
      ...(urgency === undefined ? {} : { urgency }),
      ...(interrupted === undefined ? {} : { interrupted }),
    });
  }
  if (cause !== 'bid') refundBid(draft, participant);
  const { state, at } = draft;
  const request = requestOf(state.floor, participant);
  const cutShort = interrupted ?? request?.interrupted;
  const passed = passedOver(state, at, participant, cause);
  const turnMs =
    options.turnMs ??
    request?.resumes?.remainingMs ??
    turnStrategyOf(state).turnMs(strategyView(state, at), participant);
  draft.emit('floor.granted', {
    participant,
    grant: draft.nextSeq,
    cause,
    ...(options.reason === undefined ? {} : { reason: options.reason }),
    endsAt: iso(at + Math.max(1, turnMs)),
    ...(options.stake ? { stake: options.stake } : {}),
    ...(urgency === undefined ? {} : { urgency }),
    ...(cutShort === undefined ? {} : { interrupted: cutShort }),
  });
  for (const waits of passed) notify(draft, waits.participant, 'turn', waits.seq);
}

/** `failed` where its holder had something to say, and failed to (DG-3). */
export function releaseFloor(draft: Draft, grant: Grant, failed?: ReportedFailure): void {
  if (grant.utterance) endUtterance(draft, grant, {});
  const ended = currentGrant(draft, grant);
  draft.emit('floor.released', {
    participant: ended.participant,
    grant: ended.grant,
    ...replyWindowAfter(draft, ended),
    ...(failed === undefined ? {} : { failed }),
  });
  afterTurn(draft, ended, null, failed);
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
    cutFloor(draft, grant, cause, reason === undefined ? {} : { reason });
  }
}

export interface CutOptions {
  readonly reason?: string;
  readonly interruptedBy?: ParticipantId;
}

/** The hard end of a turn: whatever was being said is kept as far as it was delivered (IP-6). */
export function cutFloor(draft: Draft, grant: Grant, cause: RevokeCause, options: CutOptions = {}): void {
  const { reason, interruptedBy } = options;
  if (grant.utterance) {
    endUtterance(draft, grant, {
      interrupted: true,
      ...(interruptedBy === undefined ? {} : { interruptedBy }),
    });
  }
  const ended = currentGrant(draft, grant);
  const { retryAfterMs } = draft.state.config.floor.timers;
  const leftMs = missedMs(draft.state, ended, cause, draft.at);
  draft.emit('floor.revoked', {
    participant: ended.participant,
    grant: ended.grant,
    cause,
    ...(reason === undefined ? {} : { reason }),
    ...(cause === 'too_long' && retryAfterMs > 0 ? { retryAt: iso(draft.at + retryAfterMs) } : {}),
    ...(leftMs === null ? {} : { missed: { remainingMs: leftMs } }),
    ...replyWindowAfter(draft, ended),
  });
  afterTurn(draft, ended, cause);
  // Nothing is owed to whoever had all of its turn during the grace.
  if (cause === 'preempted' && remainingMs(ended, draft.at) > 0) {
    requeue(draft, ended, ended.request.preemptions + 1);
  }
}

/**
 * Puts somebody whose turn was cut short back into the queue with what is left of it. `since` is given
 * where the wish keeps its age.
 */
export function requeue(
  draft: Draft,
  grant: Grant,
  preemptions: number,
  { head = false, since }: { readonly head?: boolean; readonly since?: Instant | undefined } = {},
): void {
  if (!mayHold(draft.state, grant.participant) && !draft.state.participants[grant.participant]) return;
  const left = remainingMs(grant, draft.at);
  draft.emit('floor.requested', {
    participant: grant.participant,
    status: turnStrategyOf(draft.state).waitsAs,
    queuePosition: head ? 1 : draft.state.floor.queue.length + 1,
    ...(grant.request.urgency === undefined ? {} : { urgency: grant.request.urgency }),
    ...(since === undefined ? {} : { since: iso(since) }),
    ...(head ? { pinned: true as const } : {}),
    ...(left > 0 ? { resumes: { remainingMs: left, preemptions } } : {}),
  });
}

/** What somebody at the head of the queue is to have with its turn. */
type AtHead = Pick<DurableEventData['floor.requested'], 'urgency' | 'resumes' | 'interrupted'>;

/** Puts somebody at the head of the queue, whether it waited already or not. */
export function putAtHead(draft: Draft, participant: ParticipantId, wish: AtHead = {}): void {
  if (!draft.state.participants[participant] || holderOf(draft.state.floor, participant)) return;
  const waits = requestOf(draft.state.floor, participant) !== undefined;
  if (waits) {
    const others = draft.state.floor.queue
      .map((request) => request.participant)
      .filter((id) => id !== participant);
    draft.emit('floor.reordered', { participant, position: 1, queue: [participant, ...others] });
  }
  if (waits && Object.keys(wish).length === 0) return;
  draft.emit('floor.requested', {
    participant,
    status: turnStrategyOf(draft.state).waitsAs,
    queuePosition: 1,
    pinned: true,
    ...wish,
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
  if (requestOf(draft.state.floor, id)) cancelRequest(draft, id, requestCause);
}

export function cancelRequest(
  draft: Draft,
  participant: ParticipantId,
  cause: LeaveCause | 'role' | 'requester',
): void {
  refundBid(draft, participant);
  const unused = requestOf(draft.state.floor, participant)?.interrupted;
  draft.emit('floor.cancelled', { participant, cause });
  if (unused && cause !== 'ended' && mayBeGivenBack(draft.state, unused)) giveBack(draft, unused);
}

/** Ends a request without a turn; the cause says why (FL-11). */
export function denyRequest(draft: Draft, participant: ParticipantId, cause: string): void {
  refundBid(draft, participant);
  draft.emit('floor.denied', { participant, cause });
}

/** What a live request offered comes back when it ends other than by a window's close. */
export function refundBid(draft: Draft, participant: ParticipantId): void {
  const bid = requestOf(draft.state.floor, participant)?.bid;
  if (bid && bid.amount > 0 && Object.hasOwn(draft.state.credits, participant)) {
    escrow(draft, participant, 0, bid.amount);
  }
}

/**
 * Stakes are settled, whoever failed too often is muted (DG-3), and a turn that an interrupter took and did
 * not use goes back (IP-6).
 */
function afterTurn(draft: Draft, grant: Grant, cause: RevokeCause | null, failed?: ReportedFailure): void {
  endStake(draft, grant, cause);
  const failure = failureOf(grant, cause, failed);
  if (failure !== null) muteWhereFailing(draft, grant.participant, failure);
  const { interrupted } = grant;
  if (!interrupted || grant.firstContentAt !== null) return;
  // Somebody takes the floor in the same batch, or nobody ever will.
  if (cause === 'interrupted' || cause === 'collision' || cause === 'ended') return;
  if (mayBeGivenBack(draft.state, interrupted)) giveBack(draft, interrupted);
}

/**
 * An interrupter that had to wait for others to have heard what it cut off, and cannot take the floor now
 * that they have: the turn goes back (IP-6). True when one did.
 */
export function giveBackUnused(draft: Draft): boolean {
  const { state } = draft;
  const unused = state.floor.queue.find(
    ({ participant, interrupted }) =>
      interrupted && !mayHold(state, participant) && mayBeGivenBack(state, interrupted),
  )?.interrupted;
  if (unused) giveBack(draft, unused);
  return unused !== undefined;
}

function mayBeGivenBack(state: State, { participant, remainingMs: left }: InterruptedTurn): boolean {
  const member = state.participants[participant];
  if (!member || isObserver(member.profile.roles) || left === 0) return false;
  return holderOf(state.floor, participant) === undefined;
}

/** At once where that can be, and otherwise before everybody who waits. */
function giveBack(draft: Draft, { participant, remainingMs: left }: InterruptedTurn): void {
  const { state } = draft;
  const isFree = state.status === 'active' && hasRoom(state) && barrierUntil(state) === null;
  if (mayHold(state, participant) && isFree) {
    grantFloor(draft, participant, 'returned', { reason: 'the interrupter said nothing', turnMs: left });
    return;
  }
  putBackAtHead(draft, participant, left);
}

/** Puts somebody at the head of the queue with what is left of its turn. */
export function putBackAtHead(draft: Draft, participant: ParticipantId, leftMs: Millis): void {
  const preemptions = requestOf(draft.state.floor, participant)?.resumes?.preemptions ?? 0;
  putAtHead(draft, participant, { resumes: { remainingMs: leftMs, preemptions } });
}

/** The grant as the events of this draft have left it. */
const currentGrant = (draft: Draft, grant: Grant): Grant =>
  draft.state.floor.holders.find((held) => held.grant === grant.grant) ?? grant;

/** FL-13: whoever was asked for an answer and is there has the first word. */
function replyWindowAfter(draft: Draft, grant: Grant): { replyWindow?: ReplyWindow } {
  const { replyWindowMs } = draft.state.config.floor;
  const addressees = grant.asks.filter(
    (id) => mayHold(draft.state, id) && holderOf(draft.state.floor, id) === undefined,
  );
  if (replyWindowMs === 0 || addressees.length === 0) return {};
  // In a pause the clocks stand at its beginning, and move on by its whole length when it ends.
  const from = draft.state.paused?.at ?? draft.at;
  return { replyWindow: { addressees, closesAt: iso(from + replyWindowMs) } };
}
