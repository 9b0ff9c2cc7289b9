import type {
  ConversationIndex,
  Head,
  ListedConversation,
  ListFilter,
  PageLimits,
  Snapshot,
  StorageError,
} from '../ports/event-log.ts';
import type { ListPosition } from './cursor.ts';
import type { RecordRow } from './record-row.ts';
import type { StartupReport } from './sqlite-check.ts';

/** What the main thread asks of the worker: each operation with what it takes and what it gives. */
export interface Operations {
  append: {
    /** The head that is expected is the one the row itself names. */
    takes: { readonly row: RecordRow; readonly index: ConversationIndex };
    gives: StoredOutcome;
  };
  saveSnapshot: { takes: { readonly conversation: string; readonly snapshot: Snapshot }; gives: null };
  /** What became of an append whose answer was lost with a worker. */
  fate: {
    takes: { readonly conversation: string; readonly number: number; readonly hash: string };
    gives: { readonly stored: boolean };
  };
  /** After a seq, and only what has events. */
  read: {
    takes: { readonly conversation: string; readonly after: number; readonly limits: PageLimits };
    gives: RecordRow[];
  };
  /** After a record's number. */
  readRecords: {
    takes: { readonly conversation: string; readonly after: number; readonly limits: PageLimits };
    gives: RecordRow[];
  };
  head: { takes: { readonly conversation: string }; gives: (Head & { readonly epoch: string }) | null };
  findCommand: {
    takes: { readonly conversation: string; readonly author: string; readonly id: string };
    gives: RecordRow | null;
  };
  latestSnapshot: { takes: { readonly conversation: string }; gives: Snapshot | null };
  list: {
    takes: { readonly filter: ListFilter; readonly limit: number; readonly from: ListPosition | null };
    gives: { readonly conversations: ListedConversation[]; readonly next: ListPosition | null };
  };
  dueBefore: {
    takes: { readonly instant: number; readonly limit: number };
    gives: { conversation: string; due: number }[];
  };
  /** The last that a worker is asked: it answers once its files are closed. */
  close: { takes: Readonly<Record<string, never>>; gives: null };
}

export type OperationName = keyof Operations;

export type Request<K extends OperationName = OperationName> = {
  [N in K]: { readonly id: number; readonly op: N; readonly takes: Operations[N]['takes'] };
}[K];

export type AppendRequest = Extract<Request, { op: 'append' }>;

export type StoredOutcome =
  | { readonly outcome: 'appended' }
  | { readonly outcome: 'conflict'; readonly head: Head }
  | { readonly outcome: 'duplicate'; readonly row: RecordRow };

export type Reply =
  | { readonly id: number; readonly ok: true; readonly value: Operations[OperationName]['gives'] }
  | ({ readonly id: number; readonly ok: false } & Failure);

/** An error on its way between threads. `code` is null for a fault of our own. */
export interface Failure {
  readonly code: StorageError['code'] | null;
  readonly message: string;
}

export type FromWorker =
  | { readonly type: 'ready'; readonly report: StartupReport }
  | { readonly type: 'failed'; readonly failure: Failure }
  /**
   * Everything that was done since the last message. `appended` are the appends that were stored, which
   * are nearly all; `commits` counts transactions.
   */
  | {
      readonly type: 'replies';
      readonly appended: readonly number[];
      readonly replies: readonly Reply[];
      readonly commits: number;
    }
  | { readonly type: 'warning'; readonly message: string };

/** What a worker is started with. */
export interface WorkerStart {
  readonly directory: string;
  /** Upper bound of the file in pages of 4 KiB; null for none but the disk's. */
  readonly maxPages: number | null;
}
