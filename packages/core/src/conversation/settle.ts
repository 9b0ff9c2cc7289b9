import type { FloorRequest } from '../floor/request.ts';
import type { ParticipantId } from '../kernel/id.ts';
import { assert } from '../kernel/assert.ts';
import type { Draft } from './draft.ts';
import { hasRoom, mayHold, strategyView, turnStrategyOf, waitingOf } from './floor-view.ts';
import { grantFloor } from './grants.ts';
import { reviewInterruption } from './interruptions.ts';
import { apply } from './moves.ts';
import { openReplyWindow } from './reply-window.ts';
import type { State } from './state.ts';

/** More moves than this after one command are a strategy that goes in circles. */
const MAX_MOVES = 10_000;

/**
 * Brings the floor to rest after a command: interruptions first, then whatever the strategy wants, until
 * there is nothing left to do. So no moment in the log shows an idle floor with somebody waiting (FL-6).
 */
export function settle(draft: Draft): void {
  for (let moves = 0; draft.state.status === 'active'; moves++) {
    assert(moves < MAX_MOVES, 'a strategy comes to rest');
    if (reviewInterruption(draft)) continue;
    if (guardLoop(draft)) return;
    const window = openReplyWindow(draft.state, draft.at);
    if (window) {
      const next = addresseeOf(draft.state, draft.at, window);
      if (!next || !hasRoom(draft.state)) return;
      grantFloor(draft, next.participant, 'reply');
      continue;
    }
    const move = turnStrategyOf(draft.state).next(strategyView(draft.state, draft.at));
    if (!move) return;
    apply(draft, move);
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
