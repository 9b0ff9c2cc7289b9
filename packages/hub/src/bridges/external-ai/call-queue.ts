import type { Instant, Millis } from '@parley/core';
import type { RateLimitSettings } from '../../operations/participant-settings.ts';
import type { Clock } from '../../ports/clock.ts';
import { Bucket } from './bucket.ts';

/** Leave to make one call. */
export interface Permit {
  /** The call is over; `tokens` is what it really took. Further calls of this do nothing. */
  done(tokens: number): void;
}

/** The call cannot be made in time. */
export class TooLate extends Error {
  override readonly name = 'TooLate';
  /** How long it would have to wait, as far as is known. */
  readonly waitMs: Millis;

  constructor(waitMs: Millis) {
    super(`the limits of the service allow this call in about ${waitMs} ms`);
    this.waitMs = waitMs;
  }
}

interface Waiting {
  readonly tokens: number;
  readonly resolve: (permit: Permit) => void;
}

export interface Entry {
  /** The longest to wait for leave. */
  readonly withinMs: Millis;
  readonly signal: AbortSignal;
}

/** More than this many wait for nothing but to be refused later. */
const WAITING_MAX = 200;
/** How long a call takes before any was seen, and how much each further one counts. */
const USUAL_CALL_MS: Millis = 2_000;
const WEIGHT = 0.2;

/**
 * Keeps a service's limits (AI-3): so many requests and tokens a minute, so many calls at once, and a pause
 * where the service asks for one. Calls are let through in the order in which they came.
 */
export class CallQueue {
  readonly #clock: Clock;
  readonly #requests: Bucket;
  readonly #tokens: Bucket;
  readonly #maxConcurrent: number;
  readonly #waiting = new Set<Waiting>();
  #active = 0;
  #heldUntil: Instant = 0;
  #callMs = USUAL_CALL_MS;
  #cancelTimer: () => void = () => undefined;

  constructor({ requestsPerMinute, tokensPerMinute, maxConcurrent }: RateLimitSettings, clock: Clock) {
    this.#clock = clock;
    this.#requests = new Bucket(requestsPerMinute, clock.now());
    this.#tokens = new Bucket(tokensPerMinute, clock.now());
    this.#maxConcurrent = maxConcurrent ?? Number.POSITIVE_INFINITY;
  }

  /** How long a call of so many tokens would have to wait behind those that wait already. */
  waitMs(tokens: number): Millis {
    let waitingTokens = tokens;
    for (const each of this.#waiting) waitingTokens += each.tokens;
    return this.#wait(1 + this.#waiting.size, waitingTokens);
  }

  /**
   * Leave for one call that takes up to so many tokens.
   * @throws TooLate where it would not be given in time; the signal's reason where that aborts first.
   */
  enter(tokens: number, { withinMs, signal }: Entry): Promise<Permit> {
    signal.throwIfAborted();
    const waitMs = this.waitMs(tokens);
    if (waitMs > withinMs || this.#waiting.size >= WAITING_MAX) {
      return Promise.reject(new TooLate(Math.max(waitMs, 1)));
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        cancelTimer();
        signal.removeEventListener('abort', abort);
        this.#waiting.delete(waiting);
      };
      const waiting: Waiting = {
        tokens,
        resolve: (permit) => {
          leave();
          resolve(permit);
        },
      };
      const abort = (): void => {
        leave();
        reject(signal.reason as Error);
        this.#letThrough();
      };
      const cancelTimer = this.#clock.after(withinMs, () => {
        leave();
        reject(new TooLate(Math.max(this.waitMs(tokens), 1)));
        this.#letThrough();
      });
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.add(waiting);
      this.#letThrough();
    });
  }

  /** The service wants to be left alone for that long (`retry-after`). */
  hold(ms: Millis): void {
    this.#heldUntil = Math.max(this.#heldUntil, this.#clock.now() + ms);
    this.#letThrough();
  }

  #letThrough(): void {
    this.#cancelTimer();
    for (const waiting of this.#waiting) {
      if (this.#active >= this.#maxConcurrent) return;
      const waitMs = this.#wait(1, waiting.tokens);
      if (waitMs > 0) {
        this.#cancelTimer = this.#clock.after(waitMs, () => this.#letThrough());
        return;
      }
      waiting.resolve(this.#permit(waiting.tokens));
    }
  }

  #permit(tokens: number): Permit {
    const startedAt = this.#clock.now();
    this.#active += 1;
    this.#requests.take(1, startedAt);
    this.#tokens.take(tokens, startedAt);
    let over = false;
    return {
      done: (used) => {
        if (over) return;
        over = true;
        const now = this.#clock.now();
        this.#active -= 1;
        this.#tokens.take(used - tokens, now);
        this.#callMs += WEIGHT * (now - startedAt - this.#callMs);
        this.#letThrough();
      },
    };
  }

  #wait(requests: number, tokens: number): Millis {
    const now = this.#clock.now();
    const surplus = this.#active + requests - this.#maxConcurrent;
    const rounds = Number.isFinite(this.#maxConcurrent) ? Math.ceil(surplus / this.#maxConcurrent) : 0;
    return Math.max(
      0,
      this.#heldUntil - now,
      this.#requests.waitMs(requests, now),
      this.#tokens.waitMs(tokens, now),
      Math.ceil(rounds * this.#callMs),
    );
  }
}
