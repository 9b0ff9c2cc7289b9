import type { ParticipantId } from '../kernel/id.ts';
import type { Instant, Millis } from '../kernel/instant.ts';

/** TS-3: while it is open, live requests are bids. */
export interface BidWindow {
  readonly id: string;
  readonly opensAt: Instant;
  readonly closesAt: Instant;
  /** Who said that it does not want this turn. */
  readonly passed: readonly ParticipantId[];
}

/** A bid as an evaluator sees it. */
export interface Bid {
  readonly participant: ParticipantId;
  /** 0…1. */
  readonly urgency: number;
  readonly estimatedMs: Millis | null;
  readonly preview: string | null;
  readonly amount: number;
  readonly at: Instant;
}

/** TS-6: everything about how a bid did; part of `bidding.closed`. */
export interface ScoredBid {
  readonly participant: ParticipantId;
  readonly urgency: number;
  readonly amount: number;
  readonly score: number;
  /** What the score is made of, by name. */
  readonly parts: Readonly<Record<string, number>>;
  /** What the bidder pays now (TS-8). */
  readonly pays: number;
}
