import type { ParticipantId, Seq } from '../kernel/id.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Grant } from './grant.ts';
import type { FloorRequest } from './request.ts';

/** Everything about the right to speak in one conversation. */
export interface Floor {
  readonly holders: readonly Grant[];
  /** Live requests in the order in which they came, or in which a moderator put them. */
  readonly queue: readonly FloorRequest[];
  readonly lastTurn: { readonly participant: ParticipantId; readonly endedAt: Instant } | null;
  readonly replyWindow: { readonly addressees: readonly ParticipantId[]; readonly closesAt: Instant } | null;
  /** Until when somebody revoked for `too_long` may not ask again; entries in the past mean nothing. */
  readonly retryAt: Readonly<Record<ParticipantId, Instant>>;
  /** Each member's latest grants, newest last: tells a stale grant from a foreign number (FL-5). */
  readonly pastGrants: Readonly<Record<ParticipantId, readonly Seq[]>>;
}

export const emptyFloor: Floor = {
  holders: [],
  queue: [],
  lastTurn: null,
  replyWindow: null,
  retryAt: {},
  pastGrants: {},
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
