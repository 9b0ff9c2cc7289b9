import type { Audience, ConversationId, Instant, PrincipalId, Seq } from '@parley/core';

/**
 * The durable, ordered log of every conversation. A record is one command's whole outcome and is stored
 * as one unit; sequence numbers count events, dense per conversation. Positions inside an engine never
 * leave its adapter. Every implementation passes the suite in `event-log.contract.ts`.
 */
export interface EventLog {
  /**
   * Which line of events it goes on with: another after each time that it was put back from a copy, so that
   * the epoch of its conversations changes (CS-5). Absent or '' where it never was.
   */
  readonly lineage?: string;
  /**
   * Appends if the conversation's head is still `expected` (0 and '' for a conversation's first record).
   * Resolves once the record is durable. Rejects with {@link StorageError} when nothing was stored;
   * after an outcome that the engine cannot know, the head has been read back first.
   */
  append(record: LogRecord, expected: Head, index: ConversationIndex): Promise<AppendOutcome>;
  /**
   * Records with events that end after the seq `after`, oldest first, at least one if any, at most `limit`
   * and about `maxBytes`: for whoever reads events. Records without events are left out, so that every
   * page moves on in seqs.
   */
  read(conversation: ConversationId, after: Seq, limits: PageLimits): Promise<LogRecord[]>;
  /**
   * All records whose number is beyond `after`, those without events included, each following the one
   * before it: for whoever follows the chain. The same limits.
   */
  readRecords(conversation: ConversationId, after: number, limits: PageLimits): Promise<LogRecord[]>;
  /** Null where there is no such conversation. */
  head(conversation: ConversationId): Promise<(Head & { readonly epoch: string }) | null>;
  /** The accepted command of this key, if it is still remembered (at least 24 h and the author's last 1 000). */
  findCommand(conversation: ConversationId, author: string, id: string): Promise<LogRecord | null>;
  /** Keeps `state` (JSON) as what folding the log up to `head` gives. Only the newest is kept. */
  saveSnapshot(conversation: ConversationId, snapshot: Snapshot): Promise<void>;
  latestSnapshot(conversation: ConversationId): Promise<Snapshot | null>;
  /** A page in the order of last change, newest first; `cursor` from the page before. */
  list(filter: ListFilter, page: { limit: number; cursor?: string }): Promise<ListPage>;
  /** Conversations with a deadline before `instant`, earliest first. */
  dueBefore(instant: Instant, limit: number): Promise<{ conversation: ConversationId; due: Instant }[]>;
  /** Flushes what was promised and lets go of files. */
  close(): Promise<void>;
}

/** Where a conversation's log ends: its last record. */
export interface Head {
  /** Of the last event; 0 before the first. */
  readonly seq: Seq;
  /** Of the last record, and so how many there are; 0 before the first. */
  readonly number: number;
  /** Of the last record; '' before the first. */
  readonly hash: string;
}

export interface PageLimits {
  readonly limit: number;
  /** Of the events' texts. */
  readonly maxBytes: number;
}

export interface LoggedEvent {
  readonly seq: Seq;
  readonly audience: Audience;
  /** The event as it is sent, without `after`: stored once, sent as it is. */
  readonly json: string;
  /** What the hub remembers and nobody is sent, as JSON. */
  readonly hidden?: string;
}

/**
 * One accepted command's whole outcome, or the hub's own. A command that was accepted and changed nothing
 * is a record too, so that its repetition gets the same answer and does nothing either (FL-10): it has no
 * events, stands behind the head's seq (`firstSeq` = head + 1, `lastSeq` = head) and leaves it there.
 * Only a command can be without events, and never as a conversation's first record.
 */
export interface RecordBody {
  readonly conversation: ConversationId;
  readonly epoch: string;
  /** Seq of its first event; where it has none, the one that the next event will get. */
  readonly firstSeq: Seq;
  /** The conversation's seq after it: always `firstSeq + events.length - 1`. */
  readonly lastSeq: Seq;
  readonly at: Instant;
  /** Whose command it was and what it said (`digest` of the body); null for the hub's own. */
  readonly command: { readonly author: string; readonly id: string; readonly digest: string } | null;
  /** The data of the reply that was given, as JSON, so that a repeated command gets it again. */
  readonly reply: string | null;
  readonly events: readonly LoggedEvent[];
}

export interface LogRecord extends RecordBody {
  /** Its place in the conversation: 1, 2, 3 … without a gap, events or not. */
  readonly number: number;
  /** Hash of the conversation's record before; '' for the first. */
  readonly previousHash: string;
  readonly hash: string;
}

/** What must be known of a conversation without reading it; replaced by each append. */
export interface ConversationIndex {
  readonly status: string;
  readonly title: string;
  /** Earliest deadline of its state. */
  readonly due: Instant | null;
  /** Somebody is connected: after a restart the hub must tell it that nobody is. */
  readonly attended: boolean;
  /** JSON shown in lists (see host/summary.ts). */
  readonly summary: string;
  /** Principals that may list it from now on, beside those before. */
  readonly readers: readonly PrincipalId[];
}

export type AppendOutcome =
  | { readonly outcome: 'appended' }
  /** Somebody else appended; nothing was stored. */
  | { readonly outcome: 'conflict'; readonly head: Head }
  /** This author's command with this id is in the log already; nothing was stored. */
  | { readonly outcome: 'duplicate'; readonly record: LogRecord };

export interface Snapshot extends Head {
  readonly state: string;
}

export interface ListFilter {
  /** Only those this principal may list. */
  readonly reader?: PrincipalId;
  readonly attended?: true;
  readonly status?: string;
}

export interface ListPage {
  readonly conversations: readonly ListedConversation[];
  /** Null on the last page. */
  readonly cursor: string | null;
}

export interface ListedConversation extends Omit<ConversationIndex, 'readers'> {
  readonly conversation: ConversationId;
  readonly epoch: string;
  readonly seq: Seq;
  readonly changedAt: Instant;
}

/** The log cannot be written or read now (DG-2), or is damaged (RL-5). */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: 'storage.unavailable' | 'storage.full' | 'storage.damaged';

  constructor(code: StorageError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The cursor given to {@link EventLog.list} is not one that this log handed out: the caller's mistake. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
}
