import type { ParticipantId } from '../kernel/id.ts';
import type { Instant, Millis } from '../kernel/instant.ts';
import type { ParticipantKind } from '../participants/participant.ts';
import type { Role } from '../participants/role.ts';
import type { Floor } from './floor.ts';
import type { FloorTimers } from './timers.ts';

/** What a turn strategy or an interruption policy may know of a conversation when it decides. */
export interface FloorView {
  readonly at: Instant;
  /** The strategy's or policy's own settings, read by its description. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly timers: FloorTimers;
  /** How priorities are made up (TS-10, IP-2), under every strategy. */
  readonly priority: PrioritySettings;
  readonly floor: Floor;
  /** Members in join order. */
  readonly members: () => readonly FloorMember[];
  readonly member: (id: ParticipantId) => FloorMember | undefined;
  /** FL-2: may be given the floor now: a member, connected, no observer, not muted. */
  readonly eligible: (id: ParticipantId) => boolean;
  /** May vote now: as `eligible`, and whoever is muted may too (DG-3). */
  readonly elector: (id: ParticipantId) => boolean;
  readonly figures: (id: ParticipantId) => FloorFigures;
  /** The conversation's topic. */
  readonly topic: string | null;
  /** Numbers in [0, 1) from the conversation's seed, the same at every reading of this view (FL-9). */
  readonly random: (index: number) => number;
}

export interface FloorMember {
  readonly id: ParticipantId;
  readonly kind: ParticipantKind;
  readonly roles: readonly Role[];
  readonly joinOrder: number;
  /** When it joined, or came back the last time. */
  readonly presentSince: Instant;
  readonly active: boolean;
  /** RoundRobin: is offered the floor unasked. */
  readonly offered: boolean;
  readonly interests: readonly string[];
}

/** What a member has had of the floor so far. */
export interface FloorFigures {
  /** Null before its first turn. */
  readonly meanTurnMs: Millis | null;
  /** Decayed speaking time as of the end of the last turn. */
  readonly recentMs: Millis;
  /** Part of everybody's decayed speaking time, 0…1. */
  readonly recentShare: number;
  /** Bayesian mean of ratings, −1…1. */
  readonly quality: number;
  /** Latest urgencies that it claimed, oldest first. */
  readonly urgencies: readonly number[];
}

export interface PrioritySettings {
  readonly roleBase: Readonly<Record<Role, number>>;
  readonly urgency: number;
  readonly quality: number;
  readonly agingPerSecond: number;
  readonly decay: number;
}
