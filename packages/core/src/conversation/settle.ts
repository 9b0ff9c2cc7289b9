import { holderOf } from '../floor/floor.ts';
import type { FloorRequest } from '../floor/request.ts';
import type { ParticipantId } from '../kernel/id.ts';
import { assert } from '../kernel/assert.ts';
import type { Draft } from './draft.ts';
import { hasRoom, mayHold, strategyView, turnStrategyOf, waitingOf } from './floor-view.ts';
import { giveBackUnused, grantFloor, putBackAtHead } from './grants.ts';
import { reviewInterruption, reviewOverlap } from './interruptions.ts';
import { abandonArbitration, apply } from './moves.ts';
import { isAbsent } from './presence.ts';
import { openReplyWindow } from './reply-window.ts';
import { rosterOf } from './roster.ts';
import type { State } from './state.ts';
import { barrierUntil } from './strong-views.ts';

/** More moves than this after one command are a strategy that goes in circles. */
const MAX_MOVES = 10_000;

/**
 * Brings the floor to rest after a command: interruptions first, then whatever the strategy wants, until
 * there is nothing left to do. So no moment in the log shows an idle floor with somebody waiting (FL-6).
 */
export function settle(draft: Draft): void {
  keepQuorum(draft);
  offerMissedTurns(draft);
  for (let moves = 0; draft.state.status === 'active'; moves++) {
    assert(moves < MAX_MOVES, 'a strategy comes to rest');
    if (reviewOverlap(draft)) continue;
    // CS-1: a turn, whoever's idea it is, waits for the views that must have heard the last utterance.
    if (barrierUntil(draft.state) !== null) return;
    if (reviewInterruption(draft)) continue;
    if (guardLoop(draft)) return;
    if (giveBackUnused(draft)) continue;
    const window = openReplyWindow(draft.state, draft.at);
    if (window) {
      const next = addresseeOf(draft.state, draft.at, window);
      if (!next || !hasRoom(draft.state)) return;
      grantFloor(draft, next.participant, 'reply');
      continue;
    }
    if (grantPinned(draft)) continue;
    const move = turnStrategyOf(draft.state).next(strategyView(draft.state, draft.at));
    if (!move) return;
    apply(draft, move);
  }
}

/**
 * FL-12: whoever a moderator, or an interruption, put at the head is next under every strategy. What was
 * open to decide on somebody else closes without effect; its bids stand for the next window.
 */
function grantPinned(draft: Draft): boolean {
  const { state, at } = draft;
  if (!state.floor.queue.some((request) => request.pinned === true) || !hasRoom(state)) return false;
  const first = waitingOf(state, at).find(
    ({ pinned, participant }) => pinned === true && mayHold(state, participant),
  );
  if (!first) return false;
  const { window, ballot } = state.floor;
  if (window || ballot?.kind === 'turn') abandonArbitration(draft, 'head');
  grantFloor(draft, first.participant, 'queue', { reason: 'at the head of the queue' });
  return true;
}

/** PR-3: whoever missed its turn is the next to have it, once, now that it is back. */
function offerMissedTurns(draft: Draft): void {
  for (const [id, leftMs] of Object.entries(draft.state.floor.missed)) {
    const { state } = draft;
    if (isAbsent(state, id) || !mayHold(state, id) || holderOf(state.floor, id)) continue;
    putBackAtHead(draft, id, leftMs);
  }
}

/** DG-1: too few are there, or again enough. */
function keepQuorum(draft: Draft): void {
  const { state, at } = draft;
  const { minParticipants } = state.config;
  const waits = state.paused?.cause === 'min_participants';
  if (state.joins === 0 || (minParticipants === 0 && !waits)) return;
  const { members, disconnected } = rosterOf(state);
  const there = members.length - disconnected.length;
  if (state.status === 'active' && there < minParticipants) {
    draft.emit('conversation.paused', {
      cause: 'min_participants',
      reason: `${there} of at least ${minParticipants} are there`,
    });
  } else if (waits && state.paused && there >= minParticipants) {
    draft.emit('conversation.resumed', { cause: 'min_participants', pausedMs: at - state.paused.at });
  }
}

/** FL-14: agents among themselves stop after a while, until somebody resumes. */
function guardLoop(draft: Draft): boolean {
  const { maxConsecutiveAgentTurns: most } = draft.state.config.floor;
  if (most === 0 || draft.state.floor.agentTurns < most) return false;
  draft.emit('conversation.paused', {
    cause: 'loop_guard',
    reason: `${most} turns in a row without a human`,
  });
  return true;
}

const addresseeOf = (
  state: State,
  at: number,
  window: { readonly addressees: readonly ParticipantId[] },
): FloorRequest | undefined =>
  waitingOf(state, at).find(
    ({ participant }) => window.addressees.includes(participant) && mayHold(state, participant),
  );
