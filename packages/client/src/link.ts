import { reconnectAdvice } from '@parley/protocol';
import type { ConnectOptions } from './api.ts';
import { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { ParleyError } from './errors.ts';
import type { FrameIds } from './frame-ids.ts';
import { Liveness } from './liveness.ts';
import type { Transport, TransportFactory } from './transport.ts';
import type { IncomingFrame, Reply } from './wire-frames.ts';
import { decodeFrames, encodeFrame } from './wire-frames.ts';

/** From opening to the answered `hello`; the hub itself allows 5 s for the latter. */
const OPEN_MS_MAX = 10_000;
/** A connection that stood this long was good: the next loss starts with short delays again. */
const STABLE_MS = 5_000;
const DEFAULT_HEARTBEAT_MS = 15_000;

/** The error that a close code means, where the same attempt would only fail again. */
const FINAL_CODES: Readonly<Record<number, string>> = {
  1009: 'request.too_large',
  4401: 'auth.invalid',
  4409: 'client.replaced',
};

export interface LinkEvents {
  /** `hello` was answered: commands can be sent. */
  up(hello: Reply, sentAt: number): void;
  frame(frame: IncomingFrame): void;
  /** Lost; a new attempt follows by itself. */
  down(error: ParleyError): void;
  /** Over for good. Null when it was closed here. */
  closed(error: ParleyError | null): void;
}

interface Attempt {
  transport: Transport | null;
  phase: 'opening' | 'greeting' | 'up' | 'over';
  liveness: Liveness | null;
  cancelTimeout: () => void;
  upAt: number;
}

/** One lasting link to a hub made of many short-lived transports: greets, watches, reconnects. */
export class Link {
  readonly #factory: TransportFactory;
  readonly #clock: Clock;
  readonly #ids: FrameIds;
  readonly #hello: () => Readonly<Record<string, unknown>>;
  readonly #events: LinkEvents;
  readonly #backoff: Backoff;
  #attempt: Attempt | null = null;
  #cancelRetry: () => void = () => {};
  #closed = false;
  #helloId = { id: '', sentAt: 0 };
  /** Of the last `rate.limited` reply: how long to stay away after a close for that reason. */
  #retryAfterMs = 1_000;

  constructor(
    factory: TransportFactory,
    options: Pick<ConnectOptions, 'reconnect'> & { clock: Clock; ids: FrameIds },
    hello: () => Readonly<Record<string, unknown>>,
    events: LinkEvents,
  ) {
    this.#factory = factory;
    this.#clock = options.clock;
    this.#ids = options.ids;
    this.#hello = hello;
    this.#events = events;
    this.#backoff = new Backoff(options.reconnect);
  }

  get isUp(): boolean {
    return this.#attempt?.phase === 'up';
  }

  start(): void {
    const attempt: Attempt = {
      transport: null,
      phase: 'opening',
      liveness: null,
      cancelTimeout: () => {},
      upAt: 0,
    };
    this.#attempt = attempt;
    attempt.cancelTimeout = this.#clock.after(OPEN_MS_MAX, () =>
      this.#abandon(attempt, 'the hub did not answer in time'),
    );
    try {
      const transport = this.#factory({
        open: () => this.#greet(attempt),
        message: (text) => this.#receive(attempt, text),
        close: (code, reason) => this.#lost(attempt, code, reason),
      });
      // A transport in the same process may have opened, or even failed, before the factory returned.
      if (attempt.phase === 'over') transport.close();
      else {
        attempt.transport = transport;
        if (attempt.phase === 'greeting') this.#greet(attempt);
      }
    } catch (cause) {
      this.#lost(attempt, 1006, cause instanceof Error ? cause.message : String(cause));
    }
  }

  /** Sends if the link is up; otherwise nothing happens, and whoever needs an answer sends again at `up`. */
  send(text: string): void {
    if (this.#attempt?.phase === 'up') this.#transmit(this.#attempt, text);
  }

  /** Gives up the present transport and reconnects: what comes over it makes no sense. */
  drop(reason: string): void {
    if (this.#attempt) this.#abandon(this.#attempt, reason);
  }

  close(error: ParleyError | null = null): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelRetry();
    const attempt = this.#attempt;
    this.#attempt = null;
    if (attempt) {
      this.#end(attempt);
      attempt.transport?.close(1000, '');
    }
    this.#events.closed(error);
  }

  #greet(attempt: Attempt): void {
    if (attempt.phase !== 'opening' && attempt.phase !== 'greeting') return;
    attempt.phase = 'greeting';
    if (!attempt.transport) return;
    const id = this.#ids.next();
    const sentAt = this.#clock.now();
    this.#helloId = { id, sentAt };
    this.#transmit(attempt, encodeFrame({ id, op: 'hello', data: this.#hello() }));
  }

  #receive(attempt: Attempt, text: string): void {
    if (attempt.phase === 'over') return;
    attempt.liveness?.heard();
    let frames: IncomingFrame[];
    try {
      frames = decodeFrames(text);
    } catch {
      this.#abandon(attempt, 'the hub sent something that is not JSON');
      return;
    }
    for (const frame of frames) {
      // Handling a frame may end the attempt; what follows belongs to nobody then.
      if (attempt !== this.#attempt) return;
      if (frame.kind === 'refused' && frame.error.code === 'rate.limited') {
        this.#retryAfterMs = frame.error.retryAfterMs ?? this.#retryAfterMs;
      }
      if (attempt.phase === 'up') this.#events.frame(frame);
      else if (frame.kind !== 'event' && frame.re === this.#helloId.id) this.#greeted(attempt, frame);
    }
  }

  #greeted(attempt: Attempt, frame: Exclude<IncomingFrame, { kind: 'event' }>): void {
    attempt.cancelTimeout();
    if (frame.kind === 'refused') {
      if (frame.error.retryable) this.#retry(attempt, frame.error, frame.error.retryAfterMs ?? 0);
      else this.close(frame.error);
      return;
    }
    attempt.phase = 'up';
    attempt.upAt = this.#clock.now();
    const heartbeatMs = Number(frame.reply.data['heartbeatMs']);
    attempt.liveness = new Liveness(
      this.#clock,
      heartbeatMs > 0 ? heartbeatMs : DEFAULT_HEARTBEAT_MS,
      // No such operation: the hub answers with an error, which is all that is wanted of it.
      () => this.#transmit(attempt, encodeFrame({ id: this.#ids.next(), op: 'ping' })),
      () => this.#abandon(attempt, 'the hub has gone silent'),
    );
    this.#events.up(frame.reply, this.#helloId.sentAt);
  }

  #transmit(attempt: Attempt, text: string): void {
    try {
      attempt.transport?.send(text);
    } catch (cause) {
      this.#abandon(attempt, cause instanceof Error ? cause.message : String(cause));
    }
  }

  #abandon(attempt: Attempt, reason: string): void {
    this.#lost(attempt, 1006, reason);
  }

  #lost(attempt: Attempt, code: number, reason: string): void {
    if (attempt.phase === 'over' || attempt !== this.#attempt) return;
    const advice = reconnectAdvice(code);
    const why = reason === '' ? '' : `: ${reason}`;
    if (advice === 'no' || advice === 'withNewToken') {
      this.close(
        new ParleyError({
          code: FINAL_CODES[code] ?? 'request.invalid',
          message: `the hub closed the connection (${code})${why}`,
          details: { close: code },
        }),
      );
      return;
    }
    const what =
      attempt.phase === 'opening' ? 'the hub cannot be reached' : 'the connection to the hub was lost';
    const error = new ParleyError({
      code: 'client.connection_failed',
      message: `${what} (${code})${why}`,
      retryable: true,
      details: { close: code },
    });
    const asked = advice === 'afterRetryAfter' ? this.#retryAfterMs : 0;
    this.#retry(attempt, error, asked, code === 4503);
  }

  #retry(attempt: Attempt, error: ParleyError, atLeastMs: number, spread = false): void {
    if (attempt.phase === 'up' && this.#clock.now() - attempt.upAt >= STABLE_MS) this.#backoff.reset();
    this.#end(attempt);
    this.#attempt = null;
    attempt.transport?.close(1000, '');
    const delayMs = this.#backoff.next({ spread, atLeastMs });
    this.#cancelRetry = this.#clock.after(delayMs, () => this.start());
    // Last, because whoever hears it may close the link.
    this.#events.down(error);
  }

  #end(attempt: Attempt): void {
    attempt.phase = 'over';
    attempt.cancelTimeout();
    attempt.liveness?.stop();
  }
}
