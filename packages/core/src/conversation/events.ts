import type { Choice } from '../floor/ballot.ts';
import type { ReportedFailure } from '../floor/failure.ts';
import type { GrantCause, InterruptedTurn, RevokeCause } from '../floor/grant.ts';
import type { FloorRequestStatus, ResumedTurn } from '../floor/request.ts';
import type { ConversationId, ParticipantId, PrincipalId, Seq } from '../kernel/id.ts';
import type { Instant, Millis } from '../kernel/instant.ts';
import type { NameKey } from '../participants/name-key.ts';
import type { MuteCause, ParticipantView } from '../participants/participant.ts';
import type { Presence } from '../participants/presence.ts';
import type { Role } from '../participants/role.ts';
import type { ArbitrationEventData } from './arbitration-events.ts';
import type { ConversationConfig } from './config.ts';
import type { ReachEventData } from './reach-events.ts';
import type { SpeechPart } from './commands.ts';

export type LeaveCause = 'left' | 'removed' | 'timeout' | 'ended';

/** FL-13: until `closesAt` only the addressees are granted. */
export interface ReplyWindow {
  readonly addressees: readonly ParticipantId[];
  readonly closesAt: string;
}

/** What whoever hears an utterance may know of who else does (RT-6). */
export interface Reach {
  /** It was whispered to these. The speaker, moderators and whoever is addressed hear it beside them. */
  readonly to?: readonly ParticipantId[];
  /** Somebody who was a member when it began did not hear it: it was whispered, or routing left some out. */
  readonly narrowed?: true;
}

/** The durable events of the log, with the data that the wire shows. Instants are RFC 3339 texts. */
export interface DurableEventData extends ArbitrationEventData, ReachEventData {
  'conversation.created': {
    conversation: ConversationId;
    epoch: string;
    title: string;
    config: ConversationConfig;
  };
  'conversation.configured': { config: ConversationConfig };
  'conversation.paused': { cause: 'moderator' | 'loop_guard' | 'min_participants'; reason?: string };
  /** `pausedMs` is how long the holder's timers stood still. */
  'conversation.resumed': { cause: 'moderator' | 'participant' | 'min_participants'; pausedMs: Millis };
  'conversation.ended': { cause: 'moderator' | 'empty' | 'archived'; reason?: string };

  'participant.joined': { participant: ParticipantView; metadata: Readonly<Record<string, unknown>> };
  'participant.left': { participant: ParticipantId; cause: LeaveCause; reason?: string };
  'participant.disconnected': {
    participant: ParticipantId;
    cause: 'connection' | 'restart';
    graceMs: Millis;
  };
  'participant.returned': { participant: ParticipantId };
  /** Subscriptions or interests changed at runtime (`subscribe`). */
  'participant.updated': {
    participant: ParticipantId;
    topics: readonly string[];
    interests: readonly string[];
  };
  /** DG-3: it is not given the floor until then; null until a moderator says so. */
  'participant.muted': {
    participant: ParticipantId;
    cause: MuteCause;
    /** A moderator's words; or what its last turn failed of. */
    reason?: string;
    until: string | null;
    /** How many turns in a row had failed. */
    failures?: number;
  };
  /** `retry`: its time is up, and it is tried again. */
  'participant.unmuted': { participant: ParticipantId; cause: 'retry' | 'moderator' };
  'role.changed': { participant: ParticipantId; roles: readonly Role[] };

  /** A request came in, or was asked again with other parameters (FL-4). */
  'floor.requested': {
    participant: ParticipantId;
    status: FloorRequestStatus;
    queuePosition: number;
    urgency?: number;
    estimatedMs?: Millis;
    preview?: string;
    addressedTo?: readonly ParticipantId[];
    /** When the wish began, where that was before this event: it was cut short and keeps its age (TS-20). */
    since?: string;
    /** It goes to the head of the queue. */
    pinned?: true;
    /** It was cut short and wants the rest of its turn. */
    resumes?: ResumedTurn;
    /** The turn that was cut short for the one that it waits for (IP-6). */
    interrupted?: InterruptedTurn;
  };
  'floor.granted': {
    participant: ParticipantId;
    /** The event's own seq: grows with every grant, so an old one can be told (fencing token). */
    grant: Seq;
    cause: GrantCause;
    reason?: string;
    endsAt: string;
    /** Held in escrow until the turn has ended (TS-8). */
    stake?: number;
    /** How urgent an interrupter said it was, where no request of its own says so (IP-2). */
    urgency?: number;
    /** The turn that was cut short for this one (IP-6). */
    interrupted?: InterruptedTurn;
  };
  'floor.released': {
    participant: ParticipantId;
    grant: Seq;
    replyWindow?: ReplyWindow;
    /** Its holder had something to say, and failed to (DG-3). */
    failed?: ReportedFailure;
  };
  'floor.revoking': {
    participant: ParticipantId;
    grant: Seq;
    cause: RevokeCause;
    cutAt: string;
    reason?: string;
  };
  'floor.revoked': {
    participant: ParticipantId;
    grant: Seq;
    cause: RevokeCause;
    reason?: string;
    replyWindow?: ReplyWindow;
    /** Until then the participant may not ask again (after `too_long`). */
    retryAt?: string;
    /** A human who was away: what is left of the turn is offered again on its return (PR-3). */
    missed?: { remainingMs: Millis };
  };
  'floor.denied': { participant: ParticipantId; cause: string; reason?: string };
  'floor.cancelled': { participant: ParticipantId; cause: 'requester' | LeaveCause | 'role' };
  'floor.extended': { participant: ParticipantId; grant: Seq; ms: Millis; endsAt: string };
  'floor.reordered': { participant: ParticipantId; position: number; queue: readonly ParticipantId[] };

  'speech.started': {
    utterance: string;
    participant: ParticipantId;
    grant: Seq;
    topics: readonly string[];
    addressedTo: readonly ParticipantId[];
    inReplyTo: Seq | string | null;
    /** It answers an item that had been resolved when it began (HU-2). */
    late?: true;
  } & Reach;
  'speech.ended': {
    utterance: string;
    participant: ParticipantId;
    grant: Seq;
    text: string;
    parts: readonly SpeechPart[];
    startedAt: string;
    endedAt: string;
    topics: readonly string[];
    addressedTo: readonly ParticipantId[];
    inReplyTo: Seq | string | null;
    /** The addressees are asked to answer next (FL-13). */
    expectsReply?: boolean;
    interrupted?: boolean;
    interruptedBy?: ParticipantId;
    /** It answers an item that had been resolved when it began (HU-2). */
    late?: true;
  } & Reach;
  'reaction.added': {
    participant: ParticipantId;
    to: Seq | string;
    kind: string;
    rating?: number;
    /** Whose utterance it is about, where that is remembered. */
    speaker?: ParticipantId;
    /** That speaker's quality from now on (Bayesian mean of ratings, −1…1). */
    quality?: number;
  };

  'topic.changed': { topic: string; previous: string | null };
  'item.opened': { item: string; kind: 'question' | 'task'; text: string; assignee?: ParticipantId };
  /** `late`: it had been resolved before, and this answer is kept beside the first (HU-2). */
  'item.resolved': { item: string; resolution: string; late?: true };
  'decision.recorded': { decision: string; text: string; item?: string; supersedes?: string; basedOn: Seq };
  /** What everybody may read up to `upTo`, in short; it rests on the events `cites` (CU-1). */
  'summary.recorded': { text: string; upTo: Seq; cites: readonly Seq[] };
}

/** Sent to whoever is there and kept nowhere. */
export interface EphemeralEventData {
  'speech.delta': { utterance: string; participant: ParticipantId; text: string; offset: number };
  'floor.expiring': { participant: ParticipantId; grant: Seq; endsAt: string };
  'presence.changed': { participant: ParticipantId } & Presence;
  signal: { participant: ParticipantId; kind: 'backchannel' | 'yield' | 'typing' | 'hand'; text?: string };
  /** A view is behind: it has everything up to `seq`, and what matters is `head` (CS-1, CS-2). */
  'view.stale': {
    participant: ParticipantId;
    level: string;
    seq: Seq;
    head: Seq;
    /** How long the first thing that it lacks has been waiting. */
    lagMs?: Millis;
  };
  'view.caught_up': { participant: ParticipantId; level: string; seq: Seq };
}

/** What the hub must remember of an event and nobody is sent. */
export interface HiddenEventData {
  'conversation.created': { createdBy: PrincipalId };
  'participant.joined': {
    principal: PrincipalId;
    /** Absent in logs that are older than HU-3. */
    nameKey?: NameKey;
    invite?: { id: string; expiresAt: Instant };
    webhook?: string;
  };
  'webhook.changed': { url: string | null };
  'vote.cast': { choice: Choice };
}

export type DurableEventType = keyof DurableEventData;
export type EphemeralEventType = keyof EphemeralEventData;

/** `all`, or the participants whose chain the event belongs to. Stored with the event (RT-7). */
export type Audience = 'all' | readonly ParticipantId[];

export type DurableEvent<T extends DurableEventType = DurableEventType> = {
  [K in T]: {
    readonly type: K;
    readonly seq: Seq;
    readonly at: Instant;
    /** Whose command caused it; absent where a deadline or the hub did. */
    readonly by?: ParticipantId;
    readonly data: Readonly<DurableEventData[K]>;
    readonly hidden?: K extends keyof HiddenEventData ? HiddenEventData[K] : never;
    readonly audience: Audience;
  };
}[T];

export type EphemeralEvent<T extends EphemeralEventType = EphemeralEventType> = {
  [K in T]: {
    readonly type: K;
    readonly at: Instant;
    readonly by?: ParticipantId;
    readonly data: Readonly<EphemeralEventData[K]>;
    readonly audience: Audience;
  };
}[T];

export type ConversationEvent = DurableEvent | EphemeralEvent;

export const isDurable = (event: ConversationEvent): event is DurableEvent => 'seq' in event;
