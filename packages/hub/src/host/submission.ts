import type {
  Audience,
  Author,
  CommandData,
  ConversationId,
  Facts,
  Instant,
  Op,
  ParticipantId,
  Rejection,
  Seq,
  State,
} from '@parley/core';

/** A command on its way into a conversation's mailbox. */
export interface Submission<O extends Op = Op> {
  readonly op: O;
  readonly data: CommandData[O];
  readonly author: Author;
  readonly basedOn?: Seq;
  /** What was found out for it beforehand; no part of what makes a repetition one. */
  readonly facts?: Facts;
  /** Up to which seq the author had received everything when it gave the command, where it is connected. */
  readonly acknowledged?: Seq;
  /** What makes a repetition recognisable; absent on the hub's own commands. */
  readonly key?: IdempotencyKey;
  /**
   * Called once, synchronously, after the events are durable and before anybody is sent them: whoever
   * answers or starts a subscription here neither misses an event nor is overtaken by one. `state` is
   * the conversation's at that very moment; null where there is none, or it could not be read.
   */
  readonly onSettled?: (outcome: Outcome, state: State | null) => void;
}

export interface IdempotencyKey {
  /** The participant; the principal for commands given before joining. */
  readonly author: string;
  /** The frame's `id`. */
  readonly id: string;
  /** SHA-256 of op and data in canonical form: the same id with another digest is a conflict. */
  readonly digest: string;
}

export type Outcome =
  | {
      readonly ok: true;
      readonly seq: Seq;
      readonly data: Readonly<Record<string, unknown>>;
      readonly duplicate: boolean;
    }
  | { readonly ok: false; readonly rejection: Rejection | HostRejection };

/** Refusals that the host adds to those of the conversation. */
export interface HostRejection {
  readonly code:
    | 'not_found'
    | 'idempotency.conflict'
    | 'storage.unavailable'
    | 'storage.full'
    | 'hub.overloaded'
    | 'internal';
  readonly message: string;
  readonly retryAfterMs?: number;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** One committed batch (or ephemeral events), in the order of the log, as delivery gets it. */
export interface Commit {
  readonly conversation: ConversationId;
  readonly epoch: string;
  readonly at: Instant;
  readonly events: readonly PublishedEvent[];
  /** After all of them. */
  readonly state: State;
}

export interface PublishedEvent {
  /** Null for ephemeral events. */
  readonly seq: Seq | null;
  readonly type: string;
  readonly audience: Audience;
  /** The event's JSON without `after`. */
  readonly json: string;
  readonly by: ParticipantId | undefined;
  /**
   * CS-3: seq of the last event that this one rests on (what it answers, what its author based it on or
   * had acknowledged); 0 for none.
   */
  readonly cause: Seq;
}

/** A stretch of a conversation's stored events, for catching up and slow readers. */
export interface EventPage {
  readonly events: readonly { readonly seq: Seq; readonly audience: Audience; readonly json: string }[];
  /** Last seq looked at: where the next page starts. */
  readonly next: Seq;
  readonly head: Seq;
}

/** What the rest of the hub may ask of conversations; the one implementation is `Host` (host.ts). */
export interface Conversations {
  submit<O extends Op>(conversation: ConversationId, submission: Submission<O>): Promise<Outcome>;
  /** Wakes the conversation if it sleeps; null where there is none. The state is never changed in place. */
  state(conversation: ConversationId): Promise<State | null>;
  readEvents(
    conversation: ConversationId,
    after: Seq,
    limits: { limit: number; maxBytes: number },
  ): Promise<EventPage>;
  /** Every commit of every conversation that is awake here. Returns how to stop. */
  subscribe(listener: (commit: Commit) => void): () => void;
}
