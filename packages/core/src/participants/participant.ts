import type { ParticipantId, PrincipalId, Seq } from '../kernel/id.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Variant } from '../kernel/settings.ts';
import type { NameKey } from './name-key.ts';
import type { Presence } from './presence.ts';
import type { Role } from './role.ts';

/** `agent` connects by itself; the last three are reached by the hub. */
export const PARTICIPANT_KINDS = ['human', 'agent', 'a2aAgent', 'localAgent', 'externalAI'] as const;
export type ParticipantKind = (typeof PARTICIPANT_KINDS)[number];

/** The ways in which the hub reaches somebody: each has a bridge of its own. */
export type BridgedKind = Extract<ParticipantKind, 'a2aAgent' | 'localAgent' | 'externalAI'> | 'openFloor';

/** As what somebody takes part who is reached so. An Open Floor assistant is an agent that has an address. */
export const participantKindOf = (kind: BridgedKind): ParticipantKind =>
  kind === 'openFloor' ? 'agent' : kind;

/** Why somebody is muted: it failed too often in a row, or a moderator wants it so (DG-3). */
export type MuteCause = 'failures' | 'moderator';

/** DG-3: it hears, reacts and votes, and is not given the floor. */
export interface MutedView {
  readonly cause: MuteCause;
  /** When it may take the floor again by itself; null until a moderator says so. */
  readonly until: string | null;
  /** A moderator's words; or what its last turn failed of. */
  readonly reason?: string;
}

/** HU-1: what somebody takes part with, and what the others may expect of that. Left out is not known. */
export interface ParticipantInterface {
  readonly name: string;
  /** Speech is shown while it is being said. */
  readonly streaming?: boolean;
  /** Its user is called when something waits. */
  readonly notifications?: boolean;
  /** What is written while there is no connection is kept. */
  readonly offline?: boolean;
}

/** What everybody may know of a member. */
export interface ParticipantView {
  readonly id: ParticipantId;
  readonly kind: ParticipantKind;
  readonly displayName: string;
  readonly roles: readonly Role[];
  readonly presence: Presence;
  readonly connection: 'connected' | 'disconnected';
  /** It was announced that its view is behind, and not yet that it has caught up (CS-1, CS-2). */
  readonly stale?: true;
  /** It is not given the floor for now (DG-3). */
  readonly muted?: MutedView;
  readonly capabilities: readonly string[];
  readonly topics: readonly string[];
  readonly interests: readonly string[];
  /** True where the hub checked a signature of the participant's own (an agent's signed card). */
  readonly verified: boolean;
  readonly joinedAt: string;
  /** Set by the hub from the token or bridge, never by the participant (HU-3). */
  readonly model?: string;
  readonly owner?: string;
  /** RoundRobin: offered the floor unasked; agents are by default, humans are not (TS-14). */
  readonly offers?: boolean;
  /** May be absent for long and stays a member (PR-2). */
  readonly async?: boolean;
  /** By what it takes part, such as `console` or `terminal` (HU-1). */
  readonly interface?: ParticipantInterface | string;
  /** How its view is kept, where it chose that itself on joining; else as the conversation says. */
  readonly consistency?: Variant;
}

export type ParticipantProfile = Omit<ParticipantView, 'presence' | 'connection' | 'stale' | 'muted'>;

/** A member, as the conversation's state keeps it. */
export interface Participant {
  /** Without its presence, which is live and not in the log. */
  readonly profile: ParticipantProfile;
  readonly principal: PrincipalId;
  /** What no other member's name may be like (HU-3). */
  readonly nameKey: NameKey;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly joinedSeq: Seq;
  /** Counts joins; the last tie-breaker of FL-9. */
  readonly joinOrder: number;
  /** When it joined, or came back the last time. */
  readonly presentSince: Instant;
  /** When the connection dropped; null while it stands. */
  readonly disconnectedAt: Instant | null;
  /** Which resume token is current: it rotates at each use. */
  readonly resumeGeneration: number;
  readonly muted: Muted | null;
  /** Failed turns since one that went well, or since it was muted; those of humans are not counted (DG-3). */
  readonly failures: number;
  /** How often it was muted for failures since a turn that went well. */
  readonly mutes: number;
}

/** That somebody may not take the floor, and until when by itself (null: until a moderator says so). */
export interface Muted {
  readonly cause: MuteCause;
  readonly until: Instant | null;
  readonly reason?: string;
}
