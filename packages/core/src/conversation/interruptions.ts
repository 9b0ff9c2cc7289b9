import { holderOf, requestOf } from '../floor/floor.ts';
import { remainingMs, type Grant } from '../floor/grant.ts';
import type { Interruption, YieldSignal } from '../floor/interruption.ts';
import type { InterruptionVerdict } from '../interruptions/policy.ts';
import type { ParticipantId } from '../kernel/id.ts';
import { idFor } from '../kernel/id.ts';
import { iso } from '../kernel/instant.ts';
import { unreachable } from '../kernel/assert.ts';
import type { Draft } from './draft.ts';
import {
  hasRoom,
  isMuted,
  interruptionPolicyOf,
  mayHold,
  policyView,
  turnStrategyOf,
  waitingOf,
} from './floor-view.ts';
import { cutFloor, grantFloor, putAtHead } from './grants.ts';
import type { Reply } from './handler.ts';
import type { State } from './state.ts';
import { barrierUntil } from './strong-views.ts';

/** One attempt, from the wish to its end; `id` is null before anything was written down about it. */
export interface Attempt {
  readonly id: string | null;
  readonly participant: ParticipantId;
  readonly holder: ParticipantId;
  readonly urgency?: number;
  readonly reason?: string;
  readonly queueIfDenied: boolean;
}

/** Decides a new attempt, or one that was put off until the holder had its least time (IP: `minSpeakingMs`). */
export function attempt(draft: Draft, wish: Attempt, grant: Grant): Reply {
  const { state, at } = draft;
  if (isMuted(state, wish.participant)) {
    const reason = 'You are muted.';
    return deny(draft, wish, { code: 'interruption.forbidden', reason, queue: 'ifAsked' });
  }
  const policy = interruptionPolicyOf(state);
  const earliest = grant.armedAt + state.config.floor.timers.minSpeakingMs;
  const open = state.floor.interruption;
  const early = at < earliest || barrierUntil(state) !== null;
  if (policy.defers && early && (!open || open.stage === 'deferred')) {
    const id = request(draft, wish, 'deferred', Math.max(at, earliest));
    return { outcome: 'deferred', interruption: id };
  }
  return carryOut(draft, wish, policy.attempt(policyView(state, at), wish));
}

/**
 * What has become of the interruption that is open, if any, and no overlap: it is void once one of the two is
 * gone, and otherwise the policy's to judge. True when something was decided.
 */
export function reviewInterruption(draft: Draft): boolean {
  const { interruption, alsoDeferred } = draft.state.floor;
  return [...(interruption ? [interruption] : []), ...alsoDeferred].some((open) => review(draft, open));
}

function review(draft: Draft, open: Interruption): boolean {
  if (open.stage === 'overlap') return false;
  const cause = voidCause(draft, open);
  if (cause !== null) {
    makeMoot(draft, open, cause);
    return true;
  }
  const wish = wishOf(open);
  if (open.stage === 'deferred') {
    if (draft.at < open.deadline) return false;
    carryOut(draft, wish, interruptionPolicyOf(draft.state).attempt(viewWithout(draft), wish));
    return true;
  }
  const verdict = interruptionPolicyOf(draft.state).review(policyView(draft.state, draft.at), open);
  if (verdict) carryOut(draft, wish, verdict);
  return verdict !== null;
}

/** Why an interruption can no longer come to anything, if so. */
function voidCause({ state, at }: Draft, { holder, participant }: Interruption): string | null {
  if (!holderOf(state.floor, holder)) return 'turn_ended';
  if (isMuted(state, participant)) return 'interrupter_muted';
  if (!mayHold(state, participant)) return 'interrupter_left';
  if (holderOf(state.floor, participant)) return 'interrupter_speaks';
  const waits = waitingOf(state, at).some(
    (request) => request.participant !== participant && mayHold(state, request.participant),
  );
  return hasRoom(state) && !waits ? 'room' : null;
}

/** The policy must not see an attempt that was put off as one that is in the way. */
const viewWithout = (draft: Draft) => {
  const view = policyView(draft.state, draft.at);
  const { interruption } = view.floor;
  return {
    ...view,
    floor: { ...view.floor, interruption: interruption?.stage === 'deferred' ? null : interruption },
  };
};

/** IP-3, IP-4: the turn ended first or a place came free, so the interrupter is next; or one of the two is gone. */
export function makeMoot(draft: Draft, open: Interruption, cause: string): void {
  const { ballot } = draft.state.floor;
  if (ballot?.kind === 'motion' && open.stage === 'voting') {
    draft.emit('ballot.closed', { ballot: ballot.id, kind: 'motion', outcome: 'moot', cause, tally: {} });
  }
  const { id, participant, holder } = open;
  draft.emit('interruption.moot', { interruption: id, participant, holder, cause });
  if (cause === 'turn_ended' || cause === 'room') putAtHead(draft, participant);
}

/** IP-5: somebody gave way in an overlap; the policy says whether that counts. */
export function yieldFloor(draft: Draft, by: ParticipantId, signal: YieldSignal): void {
  const open = draft.state.floor.interruption;
  if (open?.stage !== 'overlap' || (by !== open.participant && by !== open.holder)) return;
  const verdict = interruptionPolicyOf(draft.state).review(policyView(draft.state, draft.at), {
    ...open,
    yielded: { by, signal },
  });
  if (verdict) carryOut(draft, wishOf(open), verdict);
}

/**
 * What has become of the overlap that is open, if any. Its end gives the floor to nobody who has not got it,
 * so it waits for no view (CS-1). True when it is over.
 */
export function reviewOverlap(draft: Draft): boolean {
  const { floor } = draft.state;
  const open = floor.interruption;
  if (open?.stage !== 'overlap') return false;
  const both = [holderOf(floor, open.holder), holderOf(floor, open.participant)];
  const [first, second] = both;
  if (!first || !second) {
    const keeps = first?.participant ?? second?.participant ?? null;
    const participants = [open.holder, open.participant];
    draft.emit('overlap.ended', { interruption: open.id, participants, keeps, cause: 'turn_ended' });
    return true;
  }
  const paused = [second, first].find((grant) => pausedAt(draft.state, grant) <= draft.at);
  if (paused) {
    yieldFloor(draft, paused.participant, 'pause');
    return true;
  }
  const verdict = interruptionPolicyOf(draft.state).review(policyView(draft.state, draft.at), open);
  if (verdict) carryOut(draft, wishOf(open), verdict);
  return verdict !== null;
}

/** When a speaker of an overlap will have been silent for as long as a pause; never before its first word. */
export function pausedAt(state: State, grant: Grant): number {
  const policy = interruptionPolicyOf(state);
  const pauseMs = policy.pauseMs?.(state.config.interruption) ?? null;
  if (pauseMs === null || grant.firstContentAt === null) return Number.POSITIVE_INFINITY;
  return Math.max(grant.lastContentAt ?? 0, state.live.heardAt[grant.grant] ?? 0) + pauseMs;
}

const wishOf = (open: Interruption): Attempt => ({
  id: open.id,
  participant: open.participant,
  holder: open.holder,
  queueIfDenied: open.queueIfDenied,
  ...(open.urgency === undefined ? {} : { urgency: open.urgency }),
});

function carryOut(draft: Draft, wish: Attempt, verdict: InterruptionVerdict): Reply {
  const { participant, holder } = wish;
  const grant = holderOf(draft.state.floor, holder);
  switch (verdict.verdict) {
    case 'granted':
      return handOver(draft, wish, grant);
    case 'denied':
      return deny(draft, wish, verdict);
    case 'asked':
      return { outcome: 'asked', interruption: request(draft, wish, 'asked', verdict.deadline) };
    case 'voting': {
      const interruption = request(draft, wish, 'voting', verdict.deadline);
      const ballot = idFor.ballot(draft.nextSeq);
      draft.emit('ballot.opened', {
        ballot,
        kind: 'motion',
        candidates: [participant],
        electorate: verdict.electorate,
        closesAt: iso(verdict.deadline),
        interruption,
      });
      draft.emit('vote.cast', { ballot, participant }, { hidden: { choice: 'yes' } });
      return { outcome: 'voting', interruption, ballot };
    }
    case 'voted': {
      const { passed, cause, tally } = verdict;
      const ballot = draft.state.floor.ballot?.id ?? '';
      draft.emit('ballot.closed', {
        ballot,
        kind: 'motion',
        outcome: passed ? 'passed' : 'rejected',
        tally,
        ...(cause === undefined ? {} : { cause }),
      });
      if (passed) return handOver(draft, wish, grant);
      const reason = `The motion did not pass${cause === undefined ? '' : `: ${cause}`}.`;
      return deny(draft, wish, { code: 'interruption.declined', reason, queue: 'ifAsked' });
    }
    case 'overlap': {
      const interruption = wish.id ?? idFor.interruption(draft.nextSeq);
      draft.emit('overlap.started', {
        interruption,
        participants: [holder, participant],
        deadline: iso(verdict.deadline),
        ...(wish.reason === undefined ? {} : { reason: wish.reason }),
      });
      grantFloor(draft, participant, 'interruption', {
        reason: 'both speak for a moment',
        urgency: wish.urgency,
      });
      return { outcome: 'overlap', interruption, grant: holderOf(draft.state.floor, participant)?.grant };
    }
    case 'resolved': {
      const { keeps, cause } = verdict;
      const loses = keeps === holder ? participant : holder;
      const lost = holderOf(draft.state.floor, loses);
      draft.emit('overlap.ended', {
        interruption: wish.id ?? '',
        participants: [holder, participant],
        keeps,
        cause,
      });
      if (lost) cutFloor(draft, lost, 'overlap', { reason: cause, interruptedBy: keeps });
      if (cause === 'time') putAtHead(draft, loses);
      return { outcome: 'granted', interruption: wish.id };
    }
    default:
      return unreachable(verdict);
  }
}

function request(
  draft: Draft,
  wish: Attempt,
  stage: 'deferred' | 'asked' | 'voting',
  deadline: number,
): string {
  const interruption = wish.id ?? idFor.interruption(draft.nextSeq);
  const { participant, holder, urgency, reason, queueIfDenied } = wish;
  draft.emit('interruption.requested', {
    interruption,
    participant,
    holder,
    stage,
    deadline: iso(deadline),
    queueIfDenied,
    ...(urgency === undefined ? {} : { urgency }),
    ...(reason === undefined ? {} : { reason }),
  });
  return interruption;
}

/** IP-2, IP-4: the floor changes hands in one batch; what was being said stays as far as it was delivered. */
function handOver(draft: Draft, wish: Attempt, grant: Grant | undefined): Reply {
  const { participant, holder, reason } = wish;
  const interruption = wish.id ?? idFor.interruption(draft.nextSeq);
  draft.emit('interruption.granted', {
    interruption,
    participant,
    holder,
    ...(reason === undefined ? {} : { reason }),
  });
  if (grant) cutFloor(draft, grant, 'interrupted', { interruptedBy: participant });
  grantFloor(draft, participant, 'interruption', {
    urgency: wish.urgency,
    ...(grant ? { interrupted: { participant: holder, remainingMs: remainingMs(grant, draft.at) } } : {}),
  });
  return { outcome: 'granted', interruption, grant: holderOf(draft.state.floor, participant)?.grant };
}

function deny(
  draft: Draft,
  wish: Attempt,
  { code, reason, queue }: { code: string; reason: string; queue: 'always' | 'ifAsked' },
): Reply {
  const { participant, holder } = wish;
  const interruption = wish.id ?? idFor.interruption(draft.nextSeq);
  draft.emit('interruption.denied', {
    interruption,
    participant,
    holder,
    code,
    reason: wish.reason ?? reason,
  });
  const queues = queue === 'always' || (queue === 'ifAsked' && wish.queueIfDenied);
  if (queues && !requestOf(draft.state.floor, participant) && draft.state.participants[participant]) {
    const full = draft.state.floor.queue.length >= draft.state.config.floor.queueLengthMax;
    if (!full) {
      draft.emit('floor.requested', {
        participant,
        status: turnStrategyOf(draft.state).waitsAs,
        queuePosition: draft.state.floor.queue.length + 1,
        ...(wish.urgency === undefined ? {} : { urgency: wish.urgency }),
      });
    }
  }
  const queued = queues && requestOf(draft.state.floor, participant) !== undefined;
  return { outcome: queued ? 'queued' : 'denied', interruption, code, message: reason };
}
