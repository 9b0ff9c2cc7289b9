import type { ScoredBid } from '../floor/window.ts';
import type { ParticipantId } from '../kernel/id.ts';
import type { Millis } from '../kernel/instant.ts';

/** Why a balance changed. */
export type CreditCause = 'bid' | 'refund' | 'payment' | 'share' | 'mint' | 'burn';

/** How it is decided who speaks: bids, credits, ballots, collisions, interruptions. */
export interface ArbitrationEventData {
  /** TS-3: bids are taken until it closes. */
  'bidding.opened': { window: string; closesAt: string };
  'bidding.closed': {
    window: string;
    winner: ParticipantId | null;
    cause: 'time' | 'complete' | 'reconfigured' | 'ended' | 'head';
    bids: readonly ScoredBid[];
  };
  /** Sealed: only the bidder and moderators see it (TS-4). `window` is null while the next one is not open. */
  'bid.placed': {
    bid: string;
    window: string | null;
    participant: ParticipantId;
    urgency: number;
    estimatedMs?: Millis;
    preview?: string;
    amount: { currency: string; value: number };
  };
  'bid.passed': { window: string; participant: ParticipantId };
  'bid.lost': {
    window: string;
    bid: string | null;
    participant: ParticipantId;
    winner: ParticipantId | null;
  };
  'credits.changed': {
    participant: ParticipantId;
    currency: string;
    balance: number;
    escrow: number;
    cause: CreditCause;
  };

  'ballot.opened': {
    ballot: string;
    kind: 'turn' | 'motion';
    candidates: readonly ParticipantId[];
    electorate: readonly ParticipantId[];
    closesAt: string;
    /** What a motion is about. */
    interruption?: string;
  };
  'ballot.closed': {
    ballot: string;
    kind: 'turn' | 'motion';
    outcome: 'decided' | 'failed' | 'passed' | 'rejected' | 'moot' | 'void';
    cause?: string;
    winner?: ParticipantId;
    tally: Readonly<Record<string, number>>;
  };
  /** Who voted; how is secret until the close. */
  'vote.cast': { ballot: string; participant: ParticipantId };
  'collision.detected': {
    participants: readonly ParticipantId[];
    resolution: string;
    /** Who has the slot now; null when all back off. */
    keeps: ParticipantId | null;
    tries?: Readonly<Record<ParticipantId, { collisions: number; until: string } | null>>;
  };

  'interruption.requested': {
    interruption: string;
    participant: ParticipantId;
    holder: ParticipantId;
    stage: 'deferred' | 'asked' | 'voting';
    deadline: string;
    urgency?: number;
    queueIfDenied: boolean;
    reason?: string;
  };
  /** The holder's answer when asked (IP-4). */
  'interruption.answered': {
    interruption: string;
    participant: ParticipantId;
    holder: ParticipantId;
    grant: boolean;
  };
  'interruption.granted': {
    interruption: string;
    participant: ParticipantId;
    holder: ParticipantId;
    reason?: string;
  };
  /** It can no longer be decided: the turn is over, or one of the two is gone. */
  'interruption.moot': {
    interruption: string;
    participant: ParticipantId;
    holder: ParticipantId;
    cause: string;
  };
  'overlap.started': {
    interruption: string;
    participants: readonly ParticipantId[];
    deadline: string;
    reason?: string;
  };
  'overlap.ended': {
    interruption: string;
    participants: readonly ParticipantId[];
    keeps: ParticipantId | null;
    cause: string;
  };
  'interruption.denied': {
    interruption: string;
    participant: ParticipantId;
    holder: ParticipantId;
    code: string;
    reason?: string;
  };
}
