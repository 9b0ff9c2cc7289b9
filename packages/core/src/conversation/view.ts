import type { ConversationId, ParticipantId, Seq } from '../kernel/id.ts';
import type { Millis } from '../kernel/instant.ts';
import type { ParticipantKind, ParticipantView } from '../participants/participant.ts';
import type { ConversationConfig } from './config.ts';
import type { GrantCause } from '../floor/grant.ts';
import type { Bridge } from './bridge.ts';

export type ConversationStatus = 'active' | 'paused' | 'ended' | 'archived';
export type FloorPhase = 'idle' | 'taken' | 'revoking' | 'arbitrating';

/** A member that left. */
export interface DepartedView {
  readonly id: ParticipantId;
  readonly displayName: string;
  readonly kind: ParticipantKind;
}

export interface HolderView {
  readonly participant: ParticipantId;
  readonly grant: Seq;
  readonly since: string;
  /** First content of the turn. */
  readonly startedAt?: string;
  /** How long the turn may last from its first content, extensions included. */
  readonly turnMs: Millis;
  /** When the turn must end if the holder goes on; before its first content, counted from the grant. */
  readonly endsAt: string;
  /** The turn was announced to end then, whatever the holder does. */
  readonly cutAt?: string;
  readonly cause: GrantCause;
}

export interface QueueEntryView {
  readonly participant: ParticipantId;
  /** 1 is next. */
  readonly position: number;
  readonly since: string;
  readonly preview?: string;
}

export interface WindowView {
  readonly window: string;
  readonly closesAt: string;
  readonly passed: readonly ParticipantId[];
}

export interface BallotView {
  readonly ballot: string;
  readonly kind: 'turn' | 'motion';
  readonly candidates: readonly ParticipantId[];
  readonly electorate: readonly ParticipantId[];
  readonly closesAt: string;
  /** Who has voted; how is secret until the close. */
  readonly voted: readonly ParticipantId[];
}

export type InterruptionView =
  | { readonly state: 'none' }
  | {
      readonly state: 'pending' | 'overlap';
      readonly interruption: string;
      readonly participant: ParticipantId;
      readonly holder: ParticipantId;
      readonly stage: 'deferred' | 'asked' | 'voting' | 'overlap';
      readonly since: string;
      readonly deadline: string;
    };

/** Whole units; `balance` is what can still be bid. */
export interface CreditView {
  readonly participant: ParticipantId;
  readonly currency: string;
  readonly balance: number;
  readonly escrow: number;
}

export interface OpenItemView {
  readonly item: string;
  readonly kind: 'question' | 'task';
  readonly text: string;
  readonly assignee?: ParticipantId;
  readonly openedBy: ParticipantId | null;
  readonly seq: Seq;
}

export interface DecisionView {
  readonly decision: string;
  readonly text: string;
  readonly item?: string;
  readonly supersedes?: string;
  readonly by: ParticipantId | null;
  readonly seq: Seq;
}

/** What one member has put into the conversation. */
export interface ContributionView {
  readonly participant: ParticipantId;
  readonly turns: number;
  readonly utterances: number;
  readonly words: number;
  /** Floor held, from grant to end of turn. */
  readonly speakingMs: Millis;
  /** Spent with a live floor request. */
  readonly waitingMs: Millis;
  readonly interruptionsMade: number;
  readonly interruptionsSuffered: number;
  /** Bayesian mean of others' ratings, −1…1. */
  readonly quality: number;
}

/** The state of a conversation as the wire shows it (`GET /v1/conversations/{id}`, catch-up). */
export interface ConversationView {
  readonly id: ConversationId;
  readonly epoch: string;
  readonly seq: Seq;
  readonly title: string;
  readonly status: ConversationStatus;
  /** Since when and why the conversation is paused; null while it is not. */
  readonly paused: { readonly at: string; readonly cause: string } | null;
  readonly config: ConversationConfig;
  readonly participants: readonly ParticipantView[];
  /** Former members by name, for whoever reads the transcript; the latest 200. */
  readonly departed: readonly DepartedView[];
  readonly floor: {
    readonly phase: FloorPhase;
    readonly holders: readonly HolderView[];
    readonly queue: readonly QueueEntryView[];
    /** Open while bids are taken (TS-3). */
    readonly window?: WindowView;
    /** An open vote, on the next speaker or on an interruption. */
    readonly ballot?: BallotView;
    readonly interruption: InterruptionView;
  };
  readonly context: {
    readonly topic: string | null;
    readonly openItems: readonly OpenItemView[];
    readonly decisions: readonly DecisionView[];
  };
  readonly contributions: readonly ContributionView[];
  /** Participants that the hub reaches; shown to moderators only. */
  readonly bridges: readonly Bridge[];
  /** The viewer's own row; everybody's for moderators. */
  readonly credits: readonly CreditView[];
  /** Whose view this is. */
  readonly viewer: { readonly participant: ParticipantId | null; readonly moderator: boolean };
  /** Utterances being spoken right now, with what was said so far. */
  readonly speaking: readonly {
    readonly utterance: string;
    readonly participant: ParticipantId;
    readonly text: string;
    readonly startedAt: string;
  }[];
}
