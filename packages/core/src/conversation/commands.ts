import type { Choice } from '../floor/ballot.ts';
import type { ConversationId, ParticipantId, PrincipalId, Seq } from '../kernel/id.ts';
import type { ReportedFailure } from '../floor/failure.ts';
import type { Instant, Millis } from '../kernel/instant.ts';
import type { NameKey } from '../participants/name-key.ts';
import type { BridgedKind, ParticipantInterface, ParticipantKind } from '../participants/participant.ts';
import type { Role } from '../participants/role.ts';
import type { Relevance } from '../routing/strategy.ts';
import type { NotificationFailure } from '../participants/webhook.ts';

/**
 * On whose behalf a command is decided. Sessions fill it in from the token; nobody names themself.
 * `steward` is the creator or an operator, who may do what moderators do without having joined; `human`
 * whether such a one from outside may be a human. Of a member its kind says so.
 * The hub's own commands (deadlines, connections) have the author `HUB`.
 */
export interface Author {
  readonly participant: ParticipantId | null;
  readonly steward: boolean;
  readonly human?: boolean;
}

export const HUB: Author = { participant: null, steward: true };

/** A piece of an utterance that is not text; kept and passed on as it is. */
export interface SpeechPart {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Credits of one currency, in whole units. */
export interface Amount {
  readonly currency: string;
  readonly value: number;
}

/** Why a bridged participant cannot be reached. */
export interface BridgeProblem {
  /** Of the error catalogue, such as `agent.unreachable` or `endpoint.blocked`; or `budget.spent` (AI-3). */
  readonly code: string;
  /** For moderators. */
  readonly message: string;
}

interface Utterance {
  readonly parts?: readonly SpeechPart[];
  readonly topics?: readonly string[];
  readonly addressedTo?: readonly ParticipantId[];
  readonly expectsReply?: boolean;
  readonly inReplyTo?: Seq | string;
}

/** Each operation with the data it takes. Those of the wire carry the wire's names and shapes. */
export interface CommandData {
  'conversation.create': {
    readonly id: ConversationId;
    readonly epoch: string;
    readonly title: string;
    readonly createdBy: PrincipalId;
    /** A partial configuration; what is left out gets its default. */
    readonly config: unknown;
  };
  'conversation.configure': { readonly config: unknown };
  'conversation.pause': { readonly reason?: string };
  'conversation.resume': Readonly<Record<string, never>>;
  'conversation.end': { readonly reason?: string };

  /** Sessions have checked the token, the kind and the invite; `participant` is a fresh id. */
  'conversation.join': {
    readonly participant: ParticipantId;
    readonly principal: PrincipalId;
    readonly kind: ParticipantKind;
    readonly displayName: string;
    readonly roles: readonly Role[];
    readonly capabilities: readonly string[];
    readonly topics: readonly string[];
    readonly interests: readonly string[];
    readonly metadata: Readonly<Record<string, unknown>>;
    readonly verified: boolean;
    /** RoundRobin: offered the floor unasked; agents are by default, humans are not (TS-14). */
    readonly offers?: boolean;
    readonly async?: boolean;
    /** Humans: where to call while it is away (PR-3). */
    readonly webhook?: { readonly url: string };
    readonly model?: string;
    readonly owner?: string;
    readonly interface?: ParticipantInterface | string;
    /** A partial consistency level for its own view; checked like the conversation's. */
    readonly consistency?: unknown;
    readonly invite?: { readonly id: string; readonly maxUses: number; readonly expiresAt: Instant };
  };
  'conversation.leave': { readonly reason?: string };
  'participant.remove': { readonly participant: ParticipantId; readonly reason?: string };
  /** Until a moderator says otherwise, or for `ms` (DG-3). */
  'participant.mute': { readonly participant: ParticipantId; readonly reason?: string; readonly ms?: Millis };
  'participant.unmute': { readonly participant: ParticipantId };
  'role.set': { readonly participant: ParticipantId; readonly roles: readonly Role[] };
  'presence.set': { readonly status: 'active' | 'idle' | 'away'; readonly expectedReturn?: string };
  subscribe: { readonly topics: readonly string[]; readonly interests?: readonly string[] };
  /** Where to call the author while it is away; null for nowhere (PR-3). */
  'webhook.set': { readonly url: string | null };

  'floor.request': {
    readonly urgency?: number;
    readonly estimatedMs?: Millis;
    readonly preview?: string;
    readonly addressedTo?: readonly ParticipantId[];
    /** Under bidding: what is offered for the turn. */
    readonly amount?: Amount;
  };
  'floor.cancel': Readonly<Record<string, never>>;
  /** `failed` where there should have been something to say, and was not (DG-3). */
  'floor.release': { readonly failed?: ReportedFailure };
  'floor.interrupt': {
    readonly reason?: string;
    readonly urgency?: number;
    readonly queueIfDenied?: boolean;
  };
  'floor.revoke': { readonly participant: ParticipantId; readonly reason?: string };
  'floor.extend': { readonly ms: Millis };
  'floor.reorder': { readonly participant: ParticipantId; readonly position: number };

  'interruption.answer': { readonly interruption: string; readonly grant: boolean };

  'bid.place': {
    readonly window: string;
    readonly urgency: number;
    readonly estimatedMs: Millis;
    readonly preview?: string;
    readonly amount?: Amount;
  };
  'bid.pass': { readonly window: string };
  'vote.cast': { readonly ballot: string; readonly choice: Choice };
  /** A negative value burns. */
  'credits.mint': { readonly participant: ParticipantId; readonly value: number; readonly reason?: string };

  speech: Utterance & {
    readonly grant: Seq;
    readonly text: string;
    readonly to?: readonly ParticipantId[];
    readonly final?: boolean;
  };
  'speech.start': Omit<Utterance, 'expectsReply' | 'parts'> & {
    readonly grant: Seq;
    readonly to?: readonly ParticipantId[];
  };
  /** `offset` is how many characters were sent before this piece; it shows losses after a hub's restart. */
  'speech.delta': { readonly utterance: string; readonly text: string; readonly offset?: number };
  'speech.end': Omit<Utterance, 'topics' | 'inReplyTo'> & {
    readonly utterance: string;
    readonly final?: boolean;
    /** The whole text: for a speaker whose pieces were lost with a restart of the hub. */
    readonly text?: string;
  };

  'reaction.add': { readonly to: Seq | string; readonly kind: string; readonly rating?: number };
  signal: { readonly kind: 'backchannel' | 'yield' | 'typing' | 'hand'; readonly text?: string };
  'topic.set': { readonly topic: string };
  'item.open': {
    readonly kind: 'question' | 'task';
    readonly text: string;
    readonly assignee?: ParticipantId;
  };
  'item.resolve': { readonly item: string; readonly resolution: string };
  'decision.record': {
    readonly text: string;
    readonly item?: string;
    readonly supersedes?: string;
    readonly basedOn: Seq;
  };

  /** Asks the hub to bring somebody in that it has to reach itself. Moderators; an agent's waits for a human's. */
  'bridge.add': {
    readonly kind: BridgedKind;
    readonly displayName: string;
    /** How it is reached; by kind, checked by the wire's schema. Never holds a secret. */
    readonly settings: Readonly<Record<string, unknown>>;
    /** A partial {@link engagementSpec}. */
    readonly engagement?: unknown;
    readonly roles?: readonly Role[];
    readonly topics?: readonly string[];
    readonly interests?: readonly string[];
  };
  'bridge.approve': { readonly bridge: string };
  'bridge.remove': { readonly bridge: string; readonly reason?: string };
  /** From the hub: what keeps a bridge from working now; null when it works. */
  'bridge.report': { readonly bridge: string; readonly problem: BridgeProblem | null };

  /** CS-1: everything of its chain up to `seq` has arrived. Nobody is told. */
  ack: { readonly seq: Seq };

  /** From the hub, which has looked at what everybody may read (CU-1). */
  'summary.record': { readonly text: string; readonly upTo: Seq; readonly cites: readonly Seq[] };
  /** From the host's timer: do whatever is due at the command's instant. */
  'deadline.reached': Readonly<Record<string, never>>;
  /**
   * The last connection of a participant ended. `generation` is how often it had returned when that
   * connection began: whoever has come back since is connected, however late this is decided.
   */
  'connection.lost': { readonly participant: ParticipantId; readonly generation?: number };
  /**
   * A participant resumed within its grace, or an async member came back. `acknowledged` is the last seq
   * that it has; absent where it is given the state as it is, and so has all.
   */
  'connection.restored': { readonly participant: ParticipantId; readonly acknowledged?: Seq };
  /** What came of calling a participant's webhook: this attempt was taken, or why it was not (PR-3). */
  'notification.report': {
    readonly participant: ParticipantId;
    readonly notification: string;
    readonly attempt: number;
    readonly outcome: 'delivered' | NotificationFailure;
    /** HTTP status, where there was an answer. */
    readonly status?: number;
  };
  /** The hub found this conversation after a restart: nobody is connected any more. */
  'hub.restarted': Readonly<Record<string, never>>;
}

export type Op = keyof CommandData;

/**
 * What the hub found out for a command before it is decided, because finding out takes waiting or only
 * this process knows. Never from the wire.
 */
export interface Facts {
  /** With `speech` and `speech.start`: whom it concerns how much (RT-4). */
  readonly relevance?: Relevance;
  /** With a join and `bridge.add`: what the name is compared by (HU-3). Absent, only the same name is refused. */
  readonly nameKey?: NameKey;
  /** With a configuration: the scorers that this hub has. Absent, every registered name will do. */
  readonly scorers?: readonly string[];
}

export type Command<O extends Op = Op> = {
  [K in O]: {
    readonly op: K;
    readonly data: CommandData[K];
    readonly author: Author;
    /** The last seq that the author had seen, where it said so. */
    readonly basedOn?: Seq;
    readonly facts?: Facts;
  };
}[O];
