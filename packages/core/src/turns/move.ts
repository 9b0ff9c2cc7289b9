import type { GrantCause } from '../floor/grant.ts';
import type { ScoredBid } from '../floor/window.ts';
import type { ParticipantId } from '../kernel/id.ts';
import type { Instant } from '../kernel/instant.ts';

/** What a strategy wants done next. The kernel (conversation/moves.ts) turns it into events. */
export type Move =
  | GrantMove
  /** Announces to the holder that somebody with a better claim is next (TS-11). */
  | { readonly move: 'preempt'; readonly holder: ParticipantId; readonly reason: string }
  | { readonly move: 'openWindow'; readonly closesAt: Instant }
  | CloseWindowMove
  | {
      readonly move: 'openBallot';
      readonly candidates: readonly ParticipantId[];
      readonly electorate: readonly ParticipantId[];
      readonly closesAt: Instant;
    }
  | CloseBallotMove
  | CollideMove;

export interface GrantMove {
  readonly move: 'grant';
  readonly participant: ParticipantId;
  readonly cause: GrantCause;
  /** For people: the numbers behind the decision. */
  readonly reason?: string;
}

export interface CloseWindowMove {
  readonly move: 'closeWindow';
  readonly cause: 'time' | 'complete';
  /** Best first; the first one wins. */
  readonly bids: readonly ScoredBid[];
  readonly winner: ParticipantId | null;
  /** The winner's amount stays in escrow until its turn has ended (TS-8). */
  readonly stake: boolean;
}

export interface CloseBallotMove {
  readonly move: 'closeBallot';
  /** `void`: nobody stands any more. */
  readonly outcome: 'decided' | 'failed' | 'void';
  readonly winner: ParticipantId | null;
  readonly cause?: string;
  readonly tally: Readonly<Record<string, number>>;
  /** Whose request ends with it: nobody was chosen, and there will be no further ballot on them (TS-18). */
  readonly denied: readonly ParticipantId[];
}

/** TS-19: a request met a grant that had only just taken the last slot. */
export interface CollideMove {
  readonly move: 'collide';
  readonly holder: ParticipantId;
  readonly requester: ParticipantId;
  readonly resolution: string;
  readonly outcome: CollisionOutcome;
}

/** `holder`: the other is queued. `requester`: the holder goes to the head of the queue. */
export type CollisionOutcome =
  | { readonly keeps: 'holder' }
  | { readonly keeps: 'requester' }
  /** Nobody keeps it: each tries again at its own instant, or gives up (null). */
  | {
      readonly keeps: 'nobody';
      readonly tries: Readonly<Record<ParticipantId, { collisions: number; until: Instant } | null>>;
    };
