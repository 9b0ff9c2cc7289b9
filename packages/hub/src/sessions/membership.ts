import type { ConversationId, ParticipantId, PrincipalId, Seq, State } from '@parley/core';

/** A participant as a session or a lease acts for it. */
export interface Membership {
  readonly conversation: ConversationId;
  readonly participant: ParticipantId;
  readonly principal: PrincipalId;
  /** Created the conversation, or is an operator. */
  readonly steward: boolean;
}

/** Where the events of a joining participant's chain begin, and which of them it may see at all. */
export interface ChainStart {
  readonly after: Seq;
  readonly historyFrom: Seq;
  /** How often the participant has returned, this time included: tells its connections apart. */
  readonly generation: number;
  /** The conversation's at this moment. */
  readonly state: State;
}

/** Where a joining participant's events shall go. A channel gives one for each join. */
export interface Place {
  /**
   * Takes the participant in, synchronously, when its membership is durable: whatever is committed from
   * now on is for it, and must come behind the answer to its join.
   */
  take(membership: Membership, start: ChainStart): void;
}
