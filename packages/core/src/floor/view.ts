import type { ParticipantId } from '../kernel/id.ts';
import type { Instant, Millis } from '../kernel/instant.ts';
import type { ParticipantKind } from '../participants/participant.ts';
import type { Role } from '../participants/role.ts';
import type { Grant } from './grant.ts';
import type { FloorRequest } from './request.ts';
import type { FloorTimers } from './timers.ts';

/** What a turn strategy or an interruption policy may know of a conversation when it decides. */
export interface FloorView {
  readonly at: Instant;
  /** The strategy's or policy's own settings, read by its description. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly timers: FloorTimers;
  readonly holders: readonly Grant[];
  /** Live requests, oldest (or as a moderator ordered them) first. */
  readonly queue: readonly FloorRequest[];
  readonly lastTurn: { readonly participant: ParticipantId; readonly endedAt: Instant } | null;
  /** Members in join order. */
  readonly members: () => readonly FloorMember[];
  /** FL-2: may be given the floor now: a member, connected, no observer. */
  readonly eligible: (participant: ParticipantId) => boolean;
  /** Mean length of the participant's turns so far; null before its first. */
  readonly meanTurnMs: (participant: ParticipantId) => Millis | null;
}

export interface FloorMember {
  readonly id: ParticipantId;
  readonly kind: ParticipantKind;
  readonly roles: readonly Role[];
  readonly joinOrder: number;
}
