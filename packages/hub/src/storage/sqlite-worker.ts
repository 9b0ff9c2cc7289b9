import { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { ToWorker } from './packed-append.ts';
import { unpacked } from './packed-append.ts';
import { inspect } from './sqlite-check.ts';
import { storageErrorOf } from './sqlite-errors.ts';
import type {
  Failure,
  FromWorker,
  OperationName,
  Operations,
  Reply,
  Request,
  WorkerStart,
} from './sqlite-protocol.ts';
import { logPath, migrate, number } from './sqlite-schema.ts';
import type { Write } from './sqlite-store.ts';
import { SqliteStore } from './sqlite-store.ts';
import { Witness } from './witness.ts';

/** One transaction takes no more, so that the first of a flood is not answered with the last. */
const GROUP_MAX = 512;
/** Reads give way to waiting appends after this long. */
const READ_SLICE_MS = 2;
/** Pages of the WAL before it is copied back: fewer, longer pauses than SQLite's 1 000. */
const CHECKPOINT_PAGES = 4_000;

type WriteRequest = Extract<Request, { op: Write['op'] }>;
type ReadRequest = Exclude<Request, { op: Write['op'] | 'close' }>;

/**
 * The log's own thread. It takes whatever has arrived, writes all that is to be written in one
 * transaction, answers, reads for a moment, and looks again: what waits when a commit ends forms the next.
 */
class LogWorker {
  readonly #database: DatabaseSync;
  readonly #store: SqliteStore;
  readonly #witness: Witness;
  #writes: WriteRequest[] = [];
  #reads: ReadRequest[] = [];
  #closing: number | null = null;
  #port: MessagePort | null = null;

  constructor(start: WorkerStart) {
    this.#database = openForWriting(start);
    this.#store = new SqliteStore(this.#database);
    this.#witness = new Witness(start.directory);
    // Where there was none, somebody accepted a loss: from here on none goes unseen again.
    this.#bearWitness();
  }

  get synchronous(): number {
    return number(this.#database, 'PRAGMA synchronous');
  }

  serve(port: MessagePort): void {
    this.#port = port;
    port.on('message', (sent: ToWorker) => {
      this.#take(unpacked(sent));
      let busy = true;
      while (busy) busy = this.#step(port);
    });
  }

  #drain(port: MessagePort): void {
    for (;;) {
      const message = receiveMessageOnPort(port);
      if (message === undefined) return;
      this.#take(unpacked(message.message as ToWorker));
    }
  }

  #take(requests: readonly Request[]): void {
    for (const request of requests) {
      if (request.op === 'append' || request.op === 'saveSnapshot') this.#writes.push(request);
      else if (request.op === 'close') this.#closing = request.id;
      else this.#reads.push(request);
    }
  }

  /** False when nothing is left to do. */
  #step(port: MessagePort): boolean {
    this.#drain(port);
    if (this.#writes.length > 0) this.#write();
    if (this.#reads.length > 0) this.#read();
    if (this.#writes.length > 0 || this.#reads.length > 0) return true;
    if (this.#closing !== null) this.#close(this.#closing);
    return false;
  }

  #write(): void {
    const group = this.#writes.slice(0, GROUP_MAX);
    this.#writes = this.#writes.slice(GROUP_MAX);
    const appended: number[] = [];
    let replies: Reply[];
    let commits = 0;
    try {
      const results = this.#store.writeGroup(group);
      commits = 1;
      replies = [];
      for (const [index, result] of results.entries()) {
        const { id } = group[index]!;
        if ('error' in result) replies.push({ id, ok: false, ...failureOf(result.error) });
        else if (result.value?.outcome === 'appended') appended.push(id);
        else replies.push({ id, ok: true, value: result.value });
      }
      this.#bearWitness();
    } catch (error) {
      const failure = failureOf(error);
      replies = group.map(({ id }) => ({ id, ok: false, ...failure }));
      if (failure.code !== 'storage.full') this.#coverFailure();
    }
    this.#send({ type: 'replies', appended, replies, commits });
  }

  #bearWitness(): void {
    const last = this.#store.last;
    if (last === null) return;
    try {
      this.#witness.write(last);
    } catch (error) {
      this.#warn('the witness file cannot be written; a loss at the end of the log may go unseen', error);
    }
  }

  #coverFailure(): void {
    try {
      this.#store.overwriteFailedTail();
    } catch (error) {
      this.#warn('the end of a failed commit could not be written over yet; the next commit does', error);
    }
  }

  #read(): void {
    const replies: Reply[] = [];
    const end = performance.now() + READ_SLICE_MS;
    let done = 0;
    for (const request of this.#reads) {
      replies.push(this.#answer(request));
      done += 1;
      if (performance.now() >= end) break;
    }
    this.#reads = this.#reads.slice(done);
    this.#send({ type: 'replies', appended: [], replies, commits: 0 });
  }

  #answer(request: ReadRequest): Reply {
    try {
      return { id: request.id, ok: true, value: this.#ask(request) };
    } catch (error) {
      return { id: request.id, ok: false, ...failureOf(error) };
    }
  }

  #ask(request: ReadRequest): Operations[OperationName]['gives'] {
    const { reads } = this.#store;
    switch (request.op) {
      case 'read':
        return reads.read(request.takes);
      case 'readRecords':
        return reads.readRecords(request.takes);
      case 'head':
        return reads.head(request.takes);
      case 'fate':
        return reads.fate(request.takes);
      case 'findCommand':
        return reads.findCommand(request.takes);
      case 'latestSnapshot':
        return reads.latestSnapshot(request.takes.conversation, (message) => this.#warn(message));
      case 'list':
        return reads.list(request.takes);
      case 'dueBefore':
        return reads.dueBefore(request.takes);
    }
  }

  #close(id: number): void {
    let reply: Reply = { id, ok: true, value: null };
    try {
      this.#witness.close();
      this.#database.close();
    } catch (error) {
      reply = { id, ok: false, ...failureOf(error) };
    }
    this.#send({ type: 'replies', appended: [], replies: [reply], commits: 0 });
    this.#port?.close();
  }

  #warn(message: string, error?: unknown): void {
    const cause = error instanceof Error ? `: ${error.message}` : '';
    this.#send({ type: 'warning', message: message + cause });
  }

  #send(message: FromWorker): void {
    this.#port?.postMessage(message);
  }
}

function openForWriting({ directory, maxPages }: WorkerStart): DatabaseSync {
  const database = new DatabaseSync(logPath(directory), { timeout: 5_000 });
  try {
    database.exec('PRAGMA journal_mode = WAL');
    // An existing file is opened with whatever the build's default is: say it each time.
    database.exec('PRAGMA synchronous = FULL');
    database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    database.exec('PRAGMA temp_store = MEMORY');
    database.exec('PRAGMA cache_size = -65536');
    if (maxPages !== null) database.exec(`PRAGMA max_page_count = ${maxPages}`);
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function failureOf(error: unknown): Failure {
  const known = storageErrorOf(error);
  if (known !== null) return { code: known.code, message: known.message };
  return { code: null, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

function run(port: MessagePort, start: WorkerStart): void {
  let message: FromWorker;
  try {
    const inspection = inspect(start.directory);
    const worker = new LogWorker(start);
    worker.serve(port);
    message = { type: 'ready', report: { ...inspection, synchronous: worker.synchronous } };
  } catch (error) {
    message = { type: 'failed', failure: failureOf(error) };
  }
  port.postMessage(message);
}

if (parentPort === null) throw new Error('sqlite-worker.ts runs as a worker thread only');
run(parentPort, workerData as WorkerStart);
