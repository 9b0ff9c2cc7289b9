import type { Worker } from 'node:worker_threads';
import type { Clock } from '../ports/clock.ts';
import { StorageError } from '../ports/event-log.ts';
import { packed } from './packed-append.ts';
import type { StartupReport } from './sqlite-check.ts';
import type { Failure, FromWorker, OperationName, Operations, Reply, Request } from './sqlite-protocol.ts';

/** What the log has to say to operators; pino's loggers fit. */
export interface StorageLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface LinkOptions {
  readonly startWorker: () => Worker;
  readonly clock: Pick<Clock, 'after'>;
  readonly logger: StorageLogger;
  /** Appends that may wait at once; each further one is refused. The same bound holds for reads. */
  readonly maxWaiting: number;
  /** A worker that answers nothing for so long, while it is asked, is given up. */
  readonly stallMs: number;
  /** How long an append waits to learn what became of it when its worker died. */
  readonly unknownMs: number;
}

/** Text that may wait to be appended; 10 000 appends of the largest frames would not fit into memory. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;
const START_MS = 120_000;
const BACK_OFF_MS = { first: 100, most: 5_000 };

interface Waiting {
  readonly request: Request;
  readonly bytes: number;
  readonly resolve: (value: Operations[OperationName]['gives']) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The main thread's end of the storage worker. It starts the worker again when it dies, ends every wait,
 * and answers an append whose worker died only after the log was asked what became of it.
 */
export class WorkerLink {
  readonly #options: LinkOptions;
  readonly #waiting = new Map<number, Waiting>();
  /** Appends whose worker died before it answered. */
  readonly #unknown = new Set<Waiting>();
  #worker: Worker | null = null;
  #outbox: Request[] = [];
  #flushing = false;
  #nextId = 1;
  #writesWaiting = 0;
  #bytesWaiting = 0;
  #progress = 0;
  #watching = false;
  #backOffMs = BACK_OFF_MS.first;
  /** Why nothing is taken; null while the worker serves. */
  #refusal: StorageError | null = new StorageError('storage.unavailable', 'the log is being opened');
  #closing = false;
  #exited: Promise<void> = Promise.resolve();
  #callOffRestart: () => void = () => undefined;
  readonly counters = { appends: 0, commits: 0, restarts: 0 };

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.size + this.#unknown.size;
  }

  /** @throws StorageError where the log cannot be opened; the link is of no use then. */
  async start(): Promise<StartupReport> {
    await this.#exited;
    if (this.#closing) throw closed();
    const worker = this.#options.startWorker();
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve()));
    const report = await this.#greeting(worker);
    if (this.#closing) {
      await worker.terminate();
      throw closed();
    }
    worker.on('message', (message: FromWorker) => this.#receive(message));
    worker.once('exit', (code) => this.#lose(worker, `its thread ended with code ${code}`));
    this.#worker = worker;
    this.#refusal = null;
    this.#backOffMs = BACK_OFF_MS.first;
    return report;
  }

  request<K extends OperationName>(
    op: K,
    takes: Operations[K]['takes'],
    bytes = 0,
  ): Promise<Operations[K]['gives']> {
    return new Promise((resolve, reject) => {
      const refusal = this.#closing ? closed() : (this.#refusal ?? this.#overload(op, bytes));
      if (refusal !== null) reject(refusal);
      else this.#post(op, takes, bytes, resolve as Waiting['resolve'], reject);
    });
  }

  /** Waits for what was taken, then ends the worker. */
  async close(): Promise<void> {
    if (this.#closing) return this.#exited;
    this.#closing = true;
    this.#callOffRestart();
    this.#giveUp(closed());
    if (this.#worker !== null) {
      await new Promise<void>((resolve, reject) => {
        this.#post('close', {}, 0, () => resolve(), reject);
      });
    }
    this.#worker = null;
    await this.#exited;
  }

  #overload(op: OperationName, bytes: number): StorageError | null {
    const [count, kind] = isWrite(op)
      ? [this.#writesWaiting, 'appends']
      : [this.#waiting.size - this.#writesWaiting, 'reads'];
    if (count >= this.#options.maxWaiting) return unavailable(`${count} ${kind} wait already`);
    if (bytes > 0 && this.#bytesWaiting + bytes > WAITING_BYTES_MAX) {
      return unavailable(`${this.#bytesWaiting} bytes wait to be appended already`);
    }
    return null;
  }

  #post(
    op: OperationName,
    takes: Operations[OperationName]['takes'],
    bytes: number,
    resolve: Waiting['resolve'],
    reject: Waiting['reject'],
  ): void {
    const request = { id: this.#nextId++, op, takes } as Request;
    this.#waiting.set(request.id, { request, bytes, resolve, reject });
    if (isWrite(op)) this.#writesWaiting += 1;
    this.#bytesWaiting += bytes;
    this.#outbox.push(request);
    // One message for all that a turn of the event loop asks: each costs as much as deciding a command.
    if (!this.#flushing) setImmediate(() => this.#flush());
    this.#flushing = true;
    if (!this.#watching) this.#watch();
  }

  #flush(): void {
    const requests = this.#outbox;
    this.#outbox = [];
    this.#flushing = false;
    if (requests.length > 0) this.#worker?.postMessage(packed(requests));
  }

  #receive(message: FromWorker): void {
    this.#progress += 1;
    if (message.type === 'warning') this.#options.logger.warn({}, `storage: ${message.message}`);
    if (message.type !== 'replies') return;
    this.counters.commits += message.commits;
    for (const id of message.appended) this.#settle({ id, ok: true, value: { outcome: 'appended' } });
    for (const reply of message.replies) this.#settle(reply);
  }

  #settle(reply: Reply): void {
    const waiting = this.#forget(reply.id);
    if (waiting === undefined) return;
    if (!reply.ok) return waiting.reject(errorOf(reply));
    if (waiting.request.op === 'append') this.counters.appends += 1;
    waiting.resolve(reply.value);
  }

  #forget(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(id);
    if (isWrite(waiting.request.op)) this.#writesWaiting -= 1;
    this.#bytesWaiting -= waiting.bytes;
    return waiting;
  }

  /** Resolves when a fresh worker serves. */
  #greeting(worker: Worker): Promise<StartupReport> {
    return new Promise((resolve, reject) => {
      const callOff = this.#options.clock.after(START_MS, () => {
        void worker.terminate();
        reject(unavailable(`opening the log took more than ${START_MS} ms`));
      });
      worker.once('message', (message: FromWorker) => {
        callOff();
        if (message.type === 'ready') resolve(message.report);
        else if (message.type === 'failed') reject(errorOf(message.failure));
      });
      worker.on('error', (cause: Error) => {
        callOff();
        this.#options.logger.error({ err: cause }, 'storage: the worker failed');
        reject(unavailable(`the storage worker failed: ${cause.message}`));
      });
      worker.once('exit', (code) => {
        callOff();
        reject(unavailable(`the storage worker ended with code ${code} before it was ready`));
      });
    });
  }

  #watch(): void {
    this.#watching = true;
    const [worker, progress] = [this.#worker, this.#progress];
    this.#options.clock.after(this.#options.stallMs, () => {
      this.#watching = false;
      if (this.#waiting.size === 0) return;
      if (worker === null || worker !== this.#worker || progress !== this.#progress) return this.#watch();
      this.#lose(worker, `it answered nothing for ${this.#options.stallMs} ms`);
      void worker.terminate();
    });
  }

  #lose(worker: Worker, cause: string): void {
    if (worker !== this.#worker) return;
    this.#worker = null;
    this.#outbox = [];
    this.#refusal = unavailable(`the storage worker is being started again: ${cause}`);
    const lost = [...this.#waiting.keys()].map((id) => this.#forget(id)!);
    for (const waiting of lost) {
      if (waiting.request.op === 'append') this.#unknown.add(waiting);
      else waiting.reject(this.#refusal);
    }
    if (this.#closing) return this.#giveUp(this.#refusal);
    this.#options.logger.error({ cause, unknownAppends: this.#unknown.size }, 'storage: the worker is lost');
    this.#endUnknown(new Set(this.#unknown));
    this.#restartLater();
  }

  /** Nobody waits for ever, even where the log cannot be opened again to look. */
  #endUnknown(waiting: ReadonlySet<Waiting>): void {
    this.#options.clock.after(this.#options.unknownMs, () => {
      for (const one of waiting) {
        if (this.#unknown.delete(one)) one.reject(unavailable('it is not known whether this was stored'));
      }
    });
  }

  #restartLater(): void {
    const wait = this.#backOffMs;
    this.#backOffMs = Math.min(wait * 2, BACK_OFF_MS.most);
    this.#callOffRestart = this.#options.clock.after(wait, () => void this.#restart());
  }

  async #restart(): Promise<void> {
    const backOffMs = this.#backOffMs;
    try {
      await this.start();
    } catch (error) {
      const refusal = error instanceof StorageError ? error : unavailable(String(error));
      this.#refusal = refusal;
      this.#options.logger.error({ err: error }, 'storage: the worker could not be started again');
      // Damage does not go away by itself, and whoever looks into it should find it at rest (RL-5).
      if (refusal.code === 'storage.damaged') return this.#giveUp(refusal);
      this.#backOffMs = backOffMs;
      if (!this.#closing) this.#restartLater();
      return;
    }
    this.counters.restarts += 1;
    this.#options.logger.info({}, 'storage: the worker serves again');
    for (const waiting of this.#unknown) void this.#askFate(waiting);
  }

  async #askFate(waiting: Waiting): Promise<void> {
    if (waiting.request.op !== 'append') return;
    const { conversation, number, hash } = waiting.request.takes.row;
    try {
      const { stored } = await this.request('fate', { conversation, number, hash });
      if (!this.#unknown.delete(waiting)) return;
      if (stored) waiting.resolve({ outcome: 'appended' });
      else waiting.reject(unavailable('the storage worker was lost before this was stored'));
    } catch (error) {
      // A worker that was lost again leaves the question for the next one.
      if (this.#refusal !== null || !this.#unknown.delete(waiting)) return;
      waiting.reject(error instanceof Error ? error : unavailable(String(error)));
    }
  }

  #giveUp(error: StorageError): void {
    for (const waiting of this.#unknown) waiting.reject(error);
    this.#unknown.clear();
  }
}

const isWrite = (op: OperationName): boolean => op === 'append' || op === 'saveSnapshot';

const unavailable = (message: string): StorageError => new StorageError('storage.unavailable', message);

const closed = (): StorageError => unavailable('the log is closed');

function errorOf({ code, message }: Failure): Error {
  return code === null ? new Error(`storage worker: ${message}`) : new StorageError(code, message);
}
