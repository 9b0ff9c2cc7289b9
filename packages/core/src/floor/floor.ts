import type { ParticipantId, Seq } from '../kernel/id.ts';
import type { Instant, Millis } from '../kernel/instant.ts';
import { emptyTable, type Table } from '../kernel/table.ts';
import type { Ballot } from './ballot.ts';
import type { Grant } from './grant.ts';
import type { Interruption } from './interruption.ts';
import type { FloorRequest } from './request.ts';
import type { Rotation } from './rotation.ts';
import { startOfRotation } from './rotation.ts';
import type { BidWindow } from './window.ts';

/** Everything about the right to speak in one conversation. */
export interface Floor {
  readonly holders: readonly Grant[];
  /** Live requests in the order in which they came; which one is served next is the strategy's to say. */
  readonly queue: readonly FloorRequest[];
  readonly lastTurn: LastTurn | null;
  readonly replyWindow: { readonly addressees: readonly ParticipantId[]; readonly closesAt: Instant } | null;
  /** Until when somebody revoked for `too_long` may not ask again; entries in the past mean nothing. */
  readonly retryAt: Readonly<Record<ParticipantId, Instant>>;
  /** Each member's latest grants, newest last: tells a stale grant from a foreign number (FL-5). */
  readonly pastGrants: Table<readonly Seq[]>;
  readonly window: BidWindow | null;
  /** A turn has ended and nobody was asked since who wants the next one (TS-3). */
  readonly turnUnclaimed: boolean;
  readonly ballot: Ballot | null;
  /** Ballots in a row that chose nobody (TS-18). */
  readonly failedBallots: number;
  readonly interruption: Interruption | null;
  /** Further attempts that wait for `minSpeakingMs`, in the order in which they came. */
  readonly alsoDeferred: readonly Interruption[];
  readonly rotation: Rotation;
  /** Who backs off after a collision: how often it collided, and when it tries again (TS-20). */
  readonly backoff: Readonly<Record<ParticipantId, { readonly collisions: number; readonly until: Instant }>>;
  /** Whose turn went by while it was away, and what is left of it: offered again on its return (PR-3). */
  readonly missed: Readonly<Record<ParticipantId, Millis>>;
  /** Turns since a human spoke (FL-14). */
  readonly agentTurns: number;
}

export interface LastTurn {
  readonly participant: ParticipantId;
  readonly endedAt: Instant;
  /** Whom it was addressed to (FL-9). */
  readonly addressed: readonly ParticipantId[];
}

export const emptyFloor: Floor = {
  holders: [],
  queue: [],
  lastTurn: null,
  replyWindow: null,
  retryAt: {},
  pastGrants: emptyTable,
  window: null,
  turnUnclaimed: false,
  ballot: null,
  failedBallots: 0,
  interruption: null,
  alsoDeferred: [],
  rotation: startOfRotation,
  backoff: {},
  missed: {},
  agentTurns: 0,
};

export const holderOf = (floor: Floor, participant: ParticipantId): Grant | undefined =>
  floor.holders.find((grant) => grant.participant === participant);

export const requestOf = (floor: Floor, participant: ParticipantId): FloorRequest | undefined =>
  floor.queue.find((request) => request.participant === participant);

/** A record without one key; the same record where the key is not in it. */
export function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  if (!Object.hasOwn(record, key)) return record;
  const { [key]: _, ...rest } = record;
  return rest;
}
