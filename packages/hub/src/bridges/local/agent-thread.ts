import { MessageChannel } from 'node:worker_threads';
import type { MessagePort, Worker } from 'node:worker_threads';
import type { Closing, WireEvent } from '@parley/client';
import type { Millis, SpeechPart } from '@parley/core';
import type { Clock } from '../../ports/clock.ts';
import { closingIn, isMessage, pieceIn } from './thread-answers.ts';
import type { AgentContext, Answers, FromThread, Question, Questions, ToThread } from './thread-protocol.ts';
import { PIECES_AHEAD } from './thread-protocol.ts';

export interface ThreadOptions {
  /** Starts a worker that speaks the protocol over this port. */
  readonly start: (port: MessagePort, context: AgentContext) => Worker;
  readonly context: AgentContext;
  readonly clock: Clock;
  /** Longest time for one turn. */
  readonly turnMs: Millis;
}

/** Loading a module and what it imports. */
const START_MS: Millis = 15_000;
/** A thread that answers nothing for so long computes without end. */
const STALL_MS: Millis = 5_000;
const PING_MS: Millis = 1_000;
/** How long an agent may take to notice that its turn is over. */
const ABORT_MS: Millis = 2_000;
/** For what is asked between turns: whoever asks does not wait longer. */
const ANSWER_MS: Millis = 30_000;
/** Events that a thread may be behind: what a busy room brings in the time after which it counts as stalled. */
const EVENTS_BEHIND_MAX = 5_000;

/** Why a thread is no more, or what it answered is of no use. */
export class ThreadError extends Error {
  override readonly name = 'ThreadError';
}

interface Asked {
  readonly receive: (message: FromThread & { readonly id: number }) => void;
  readonly lose: (error: ThreadError) => void;
}

/** The hub's end of one thread. Whatever happens in there, every wait out here ends. */
export class AgentThread {
  /** Resolves when the thread is gone, with the reason; null where it was stopped from here. */
  readonly ended: Promise<ThreadError | null>;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #clock: Clock;
  readonly #turnMs: Millis;
  readonly #asked = new Map<number, Asked>();
  readonly #exited: Promise<void>;
  readonly #over = Promise.withResolvers<ThreadError | null>();
  #nextId = 1;
  /** Turns that are over out here, and not yet in there. */
  readonly #ending = new Set<number>();
  #eventsBehind = 0;
  #cancelWatch: () => void = () => undefined;
  #gone: ThreadError | null = null;

  constructor({ start, context, clock, turnMs }: ThreadOptions) {
    const { port1, port2 } = new MessageChannel();
    this.#clock = clock;
    this.#turnMs = turnMs;
    this.#port = port1;
    this.#worker = start(port2, context);
    this.#exited = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    this.ended = this.#over.promise;
    this.#worker.on('error', (error) => this.#lose(reasonOf(error)));
    this.#worker.on('exit', (code) => this.#lose(`its thread ended with code ${code}`));
  }

  /** It was told that a turn is over, and has not noticed yet. */
  get isEnding(): boolean {
    return this.#ending.size > 0;
  }

  /** @throws ThreadError where the module cannot be loaded, or has no agent. */
  async greeting(): Promise<Answers> {
    const greeted = Promise.withResolvers<Answers>();
    const cancel = this.#clock.after(START_MS, () => this.#lose('it did not start in time'));
    void this.ended.then((reason) => greeted.reject(reason ?? new ThreadError('it was stopped')));
    this.#port.on('message', (message: unknown) => {
      if (!isMessage(message)) return this.#lose('it said what makes no sense');
      if (message.kind === 'ready') {
        this.#watch();
        return greeted.resolve(message.answers);
      }
      if (message.kind === 'refused') return this.#lose(message.message);
      this.#receive(message);
    });
    try {
      return await greeted.promise;
    } finally {
      cancel();
    }
  }

  /** What the agent says in a turn, and how it closes it. An abort ends it at once, in there soon after. */
  async *turn(data: Questions['turn'], signal: AbortSignal): AsyncGenerator<string | SpeechPart, Closing> {
    const arrived: (FromThread & { readonly id: number })[] = [];
    let failure: unknown = null;
    let wake: () => void = () => undefined;
    const fail = (error: unknown): void => {
      failure ??= error;
      wake();
    };
    const id = this.#ask('turn', data, {
      receive: (message) => {
        arrived.push(message);
        if (arrived.length > PIECES_AHEAD + 1) this.#lose('it speaks faster than it is allowed to');
        wake();
      },
      lose: fail,
    });
    const abort = (): void => fail(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    const cancelLimit = this.#clock.after(this.#turnMs, () =>
      fail(new ThreadError('its turn took longer than it may')),
    );
    try {
      for (;;) {
        if (failure !== null) throw failure;
        const message = arrived.shift();
        if (!message) {
          await new Promise<void>((resolve) => (wake = resolve));
          continue;
        }
        // Then there is nothing left to end in there.
        if (message.kind === 'failed' || message.kind === 'done') this.#asked.delete(id);
        if (message.kind === 'failed') throw new ThreadError(message.message);
        if (message.kind === 'done') return closingIn(message.value);
        if (message.kind !== 'piece') continue;
        const piece = pieceIn(message.piece);
        if (piece === null) throw new ThreadError('it yielded what is neither text nor a part');
        yield piece;
        this.#send({ kind: 'more', id });
      }
    } finally {
      cancelLimit();
      signal.removeEventListener('abort', abort);
      this.#endTurn(id);
    }
  }

  /** @throws ThreadError where the agent fails, or the thread does. */
  async ask<Q extends Exclude<Question, 'turn'>>(what: Q, data: Questions[Q]): Promise<unknown> {
    const answered = Promise.withResolvers<unknown>();
    const id = this.#ask(what, data, {
      receive: (message) => {
        if (message.kind === 'done') answered.resolve(message.value);
        else if (message.kind === 'failed') answered.reject(new ThreadError(message.message));
      },
      lose: (error) => answered.reject(error),
    });
    const cancel = this.#clock.after(ANSWER_MS, () => answered.reject(new ThreadError('it gave no answer')));
    try {
      return await answered.promise;
    } finally {
      cancel();
      this.#asked.delete(id);
    }
  }

  tell(event: WireEvent): void {
    this.#eventsBehind += 1;
    if (this.#eventsBehind > EVENTS_BEHIND_MAX) this.#lose('it does not keep up with the room');
    else this.#send({ kind: 'event', event });
  }

  async stop(): Promise<void> {
    this.#end(null);
    await this.#exited;
  }

  #ask<Q extends Question>(what: Q, data: Questions[Q], asked: Asked): number {
    const id = this.#nextId++;
    if (this.#gone) {
      asked.lose(this.#gone);
      return id;
    }
    this.#asked.set(id, asked);
    this.#send({ kind: 'ask', id, what, data } as ToThread);
    return id;
  }

  #receive(message: FromThread): void {
    if (message.kind === 'pong') {
      this.#eventsBehind = 0;
      this.#cancelWatch();
      this.#cancelWatch = this.#clock.after(PING_MS, () => this.#watch());
    } else if ('id' in message) this.#asked.get(message.id)?.receive(message);
  }

  /** Nobody listens to that turn any more; the thread has a moment to notice. */
  #endTurn(id: number): void {
    if (!this.#asked.has(id) || this.#gone) return;
    const cancel = this.#clock.after(ABORT_MS, () => this.#lose('it does not stop when its turn is over'));
    this.#ending.add(id);
    this.#asked.set(id, {
      receive: ({ kind }) => {
        if (kind === 'piece') return;
        cancel();
        this.#asked.delete(id);
        this.#ending.delete(id);
      },
      lose: cancel,
    });
    this.#send({ kind: 'abort', id });
  }

  #watch(): void {
    this.#cancelWatch();
    if (this.#gone) return;
    this.#send({ kind: 'ping' });
    this.#cancelWatch = this.#clock.after(STALL_MS, () => this.#lose('it computes without end'));
  }

  #send(message: ToThread): void {
    const port = this.#port;
    if (!this.#gone) port.postMessage(message);
  }

  #lose(reason: string): void {
    this.#end(new ThreadError(reason));
  }

  #end(reason: ThreadError | null): void {
    if (this.#gone) return;
    this.#gone = reason ?? new ThreadError('it was stopped');
    this.#cancelWatch();
    this.#port.close();
    void this.#worker.terminate();
    for (const { lose } of this.#asked.values()) lose(this.#gone);
    this.#asked.clear();
    this.#over.resolve(reason);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it threw what is no error';
  const outOfMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return outOfMemory ? 'it used more memory than it may' : `it broke down: ${error.stack ?? error.message}`;
}
