import type { Command, ConversationEvent, Decision, Instant, Rejection, Result, State } from '@parley/core';
import { decide, durableState, evolve, initialState, nextDeadline } from '@parley/core';

/** The conversation as a pure state machine: all that the host knows of its rules. */
export interface Decider {
  initialState(): State;
  decide(state: State, command: Command, at: Instant): Result<Decision, Rejection>;
  evolve(state: State, event: ConversationEvent): State;
  /** When `deadline.reached` has something to do; null while nothing can become due by itself. */
  nextDeadline(state: State): Instant | null;
  /** What folding the log gives: the part that snapshots keep. */
  durableState(state: State): State;
}

export const coreDecider: Decider = { initialState, decide, evolve, nextDeadline, durableState };
