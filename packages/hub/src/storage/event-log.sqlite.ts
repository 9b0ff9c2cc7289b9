import { Worker } from 'node:worker_threads';
import type { ConversationId, Instant, Seq } from '@parley/core';
import type { Clock } from '../ports/clock.ts';
import type {
  AppendOutcome,
  ConversationIndex,
  EventLog,
  Head,
  ListFilter,
  ListPage,
  LogRecord,
  PageLimits,
  Snapshot,
} from '../ports/event-log.ts';
import { StorageError } from '../ports/event-log.ts';
import { epochIn } from '../ports/lineage.ts';
import { decodeCursor, encodeCursor, pageSize } from './cursor.ts';
import { lockDirectory } from './directory-lock.ts';
import { lineageOf } from './lineage.ts';
import { checkRecord } from './record-shape.ts';
import type { RecordRow } from './record-row.ts';
import { fromRow, toRow } from './record-row.ts';
import type { StartupReport } from './sqlite-check.ts';
import type { WorkerStart } from './sqlite-protocol.ts';
import { readWitness } from './witness.ts';
import type { StorageLogger } from './worker-link.ts';
import { WorkerLink } from './worker-link.ts';

export interface SqliteLogOptions {
  /** Made where it is missing. One hub at a time has it. */
  readonly directory: string;
  readonly clock?: Pick<Clock, 'after'>;
  readonly logger?: StorageLogger;
  /** Appends that may wait for a commit at once. Default 10 000. */
  readonly maxWaiting?: number;
  /** Upper bound of the log's file in pages of 4 KiB; beyond it appends end in storage.full. */
  readonly maxPages?: number;
  /** Default 30 000: how long the disk may keep the log's thread before it is started again. */
  readonly stallMs?: number;
  /** Default 30 000: how long an append waits to learn its outcome after its thread died. */
  readonly unknownMs?: number;
  /** Starts the log's thread; tests put themselves between. */
  readonly startWorker?: (start: WorkerStart) => Worker;
}

export interface SqliteEventLog extends EventLog {
  /** What was checked when it was opened. */
  readonly startup: StartupReport;
  /** Since it was opened, for metrics: appends answered, transactions, what waits, restarts of the thread. */
  stats(): { appends: number; commits: number; waiting: number; restarts: number };
}

/**
 * Opens the embedded log: one SQLite file in `directory`, written by a thread of its own with
 * `synchronous=FULL`. What is acknowledged survives SIGKILL and a power cut (RL-1).
 * @throws StorageError storage.unavailable where another hub has the directory, it cannot be used, or a
 * newer Parley wrote it; storage.damaged, saying what and where, with nothing changed (RL-5).
 */
export async function openSqliteLog(options: SqliteLogOptions): Promise<SqliteEventLog> {
  const lock = lockDirectory(options.directory);
  const start = { directory: options.directory, maxPages: options.maxPages ?? null };
  const startWorker = options.startWorker ?? startStorageWorker;
  const link = new WorkerLink({
    startWorker: () => startWorker(start),
    clock: options.clock ?? { after: afterRealTime },
    logger: options.logger ?? { info: ignore, warn: toStderr, error: toStderr },
    maxWaiting: options.maxWaiting ?? 10_000,
    stallMs: options.stallMs ?? 30_000,
    unknownMs: options.unknownMs ?? 30_000,
  });
  try {
    // Before the log's thread writes one.
    const witnessed = readWitness(options.directory) !== null;
    const startup = await link.start();
    const lineage = lineageOf(options.directory, { records: startup.records, witnessed });
    options.logger?.info({ ...startup, lineage }, 'storage: the log is open');
    return new SqliteLog(link, lock, startup, lineage);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The thread's file stands beside this one: as source, or as JavaScript where the package was published. */
export function startStorageWorker(start: WorkerStart): Worker {
  const source = new URL('./sqlite-worker.ts', import.meta.url);
  const file = import.meta.url.endsWith('.ts') ? source : new URL(source.href.replace(/ts$/, 'js'));
  return new Worker(file, { workerData: start, name: 'parley-log' });
}

class SqliteLog implements SqliteEventLog {
  readonly startup: StartupReport;
  readonly lineage: string;
  readonly #link: WorkerLink;
  readonly #lock: { release(): void };
  #closed: Promise<void> | null = null;

  constructor(link: WorkerLink, lock: { release(): void }, startup: StartupReport, lineage: string) {
    this.#link = link;
    this.#lock = lock;
    this.startup = startup;
    this.lineage = lineage;
  }

  stats(): { appends: number; commits: number; waiting: number; restarts: number } {
    return { ...this.#link.counters, waiting: this.#link.waiting };
  }

  async append(record: LogRecord, expected: Head, index: ConversationIndex): Promise<AppendOutcome> {
    checkRecord(record, expected);
    const row = toRow(record);
    const stored = await this.#link.request('append', { row, index }, sizeOf(row));
    if (stored.outcome !== 'duplicate') return stored;
    return { outcome: 'duplicate', record: readRow(stored.row) };
  }

  async read(conversation: ConversationId, after: Seq, limits: PageLimits): Promise<LogRecord[]> {
    const rows = await this.#link.request('read', { conversation, after, limits });
    return rows.map(readRow);
  }

  async readRecords(conversation: ConversationId, after: number, limits: PageLimits): Promise<LogRecord[]> {
    const rows = await this.#link.request('readRecords', { conversation, after, limits });
    return rows.map(readRow);
  }

  async head(conversation: ConversationId): Promise<(Head & { readonly epoch: string }) | null> {
    const head = await this.#link.request('head', { conversation });
    return head && { ...head, epoch: epochIn(head.epoch, this.lineage) };
  }

  async findCommand(conversation: ConversationId, author: string, id: string): Promise<LogRecord | null> {
    const row = await this.#link.request('findCommand', { conversation, author, id });
    return row && readRow(row);
  }

  async saveSnapshot(conversation: ConversationId, snapshot: Snapshot): Promise<void> {
    await this.#link.request('saveSnapshot', { conversation, snapshot }, snapshot.state.length);
  }

  latestSnapshot(conversation: ConversationId): Promise<Snapshot | null> {
    return this.#link.request('latestSnapshot', { conversation });
  }

  async list(filter: ListFilter, page: { limit: number; cursor?: string }): Promise<ListPage> {
    const from = page.cursor === undefined ? null : decodeCursor(page.cursor);
    const found = await this.#link.request('list', { filter, limit: pageSize(page.limit), from });
    const cursor = found.next && encodeCursor(found.next);
    const conversations = found.conversations.map((each) => ({
      ...each,
      epoch: epochIn(each.epoch, this.lineage),
    }));
    return { conversations, cursor };
  }

  dueBefore(instant: Instant, limit: number): Promise<{ conversation: ConversationId; due: Instant }[]> {
    return this.#link.request('dueBefore', { instant, limit });
  }

  close(): Promise<void> {
    this.#closed ??= this.#link.close().finally(() => this.#lock.release());
    return this.#closed;
  }
}

const sizeOf = (row: RecordRow): number =>
  row.events.length + (row.reply?.length ?? 0) + (row.extras?.length ?? 0);

function readRow(row: RecordRow): LogRecord {
  try {
    return fromRow(row);
  } catch (cause) {
    throw new StorageError(
      'storage.damaged',
      `conversation ${row.conversation}: the record at seq ${row.firstSeq} cannot be read`,
      { cause },
    );
  }
}

function afterRealTime(ms: number, task: () => void): () => void {
  const timer = setTimeout(task, ms);
  // A watch over the worker is no reason to keep a process that has nothing else to do.
  timer.unref();
  return () => clearTimeout(timer);
}

const ignore = (): void => undefined;

function toStderr(_fields: object, message: string): void {
  process.stderr.write(`${message}\n`);
}
