import type { Instant, Millis } from '@parley/core';
import type { Clock } from '../ports/clock.ts';

/** Tokens come back at `perSecond` up to `burst`. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** How much is allowed; the defaults are what wire.md lets clients rely on. */
export interface RateLimits {
  /** Frames from one connection, or of one principal over HTTP. */
  readonly commands: Rate;
  /** `conversation.join` from one address, resuming included. */
  readonly joins: Rate;
  /** Of one participant (IP-7). */
  readonly backchannels: Rate;
  /** Tokens, invites and resume tokens that were refused, from one address: guessing is slow. */
  readonly failures: Rate;
  readonly connectionsPerPrincipal: number;
  readonly connectionsPerAddress: number;
  readonly connectionsFromLoopback: number;
  /** A connection that is refused commands for that long without a pause is closed (4429). */
  readonly heldMs: Millis;
}

export const DEFAULT_LIMITS: RateLimits = {
  commands: { perSecond: 500, burst: 1_000 },
  joins: { perSecond: 100, burst: 100 },
  backchannels: { perSecond: 10, burst: 10 },
  failures: { perSecond: 1, burst: 50 },
  connectionsPerPrincipal: 20,
  connectionsPerAddress: 200,
  connectionsFromLoopback: 10_000,
  heldMs: 10_000,
};

/** One budget that fills itself up again. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #filledAt: Instant;

  constructor(rate: Rate, now: Instant) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#filledAt = now;
  }

  /** 0 when one was taken, else how long until there is one. */
  take(now: Instant): Millis {
    this.#fill(now);
    if (this.#tokens < 1) return Math.max(1, Math.ceil(((1 - this.#tokens) * 1000) / this.#rate.perSecond));
    this.#tokens -= 1;
    return 0;
  }

  /** What {@link take} would say, without taking. */
  wait(now: Instant): Millis {
    this.#fill(now);
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) * 1000) / this.#rate.perSecond);
  }

  isFull(now: Instant): boolean {
    this.#fill(now);
    return this.#tokens >= this.#rate.burst;
  }

  #fill(now: Instant): void {
    // A clock that was set back must neither take budget away nor give it twice.
    const elapsed = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + (elapsed * this.#rate.perSecond) / 1000);
  }
}

/** How many names are told apart at once; beyond it, those that are full again are forgotten first. */
const NAMES_MAX = 50_000;

/** A budget for each of many names (addresses, participants, principals), bounded in memory. */
export class Buckets {
  readonly #rate: Rate;
  readonly #clock: Clock;
  readonly #byName = new Map<string, TokenBucket>();

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
  }

  take(name: string): Millis {
    return this.#of(name).take(this.#clock.now());
  }

  wait(name: string): Millis {
    return this.#byName.get(name)?.wait(this.#clock.now()) ?? 0;
  }

  get size(): number {
    return this.#byName.size;
  }

  #of(name: string): TokenBucket {
    const known = this.#byName.get(name);
    if (known) return known;
    if (this.#byName.size >= NAMES_MAX) this.#forget();
    const bucket = new TokenBucket(this.#rate, this.#clock.now());
    this.#byName.set(name, bucket);
    return bucket;
  }

  #forget(): void {
    const now = this.#clock.now();
    for (const [name, bucket] of this.#byName) {
      if (bucket.isFull(now)) this.#byName.delete(name);
    }
    // All of them in use: the oldest get a fresh budget, which costs less than an unbounded map.
    for (const name of this.#byName.keys()) {
      if (this.#byName.size < NAMES_MAX * 0.9) break;
      this.#byName.delete(name);
    }
  }
}

/** Counts what is open at the same time, by name. */
export class Gauge {
  readonly #open = new Map<string, number>();

  /** False where `max` are open already; else counts one more until {@link leave}. */
  enter(name: string, max: number): boolean {
    const open = this.#open.get(name) ?? 0;
    if (open >= max) return false;
    this.#open.set(name, open + 1);
    return true;
  }

  leave(name: string): void {
    const open = (this.#open.get(name) ?? 0) - 1;
    if (open > 0) this.#open.set(name, open);
    else this.#open.delete(name);
  }
}

/** Everything that is limited across connections. */
export class Rates {
  readonly limits: RateLimits;
  readonly commands: Buckets;
  readonly joins: Buckets;
  readonly backchannels: Buckets;
  readonly #failures: Buckets;
  readonly #principals = new Gauge();
  readonly #addresses = new Gauge();

  constructor(limits: RateLimits, clock: Clock) {
    this.limits = limits;
    this.commands = new Buckets(limits.commands, clock);
    this.joins = new Buckets(limits.joins, clock);
    this.backchannels = new Buckets(limits.backchannels, clock);
    this.#failures = new Buckets(limits.failures, clock);
  }

  /** How long this address has to wait before it may try another token; 0 when it may now. */
  guessing(address: string): Millis {
    return this.#failures.wait(address);
  }

  guessedWrong(address: string): void {
    this.#failures.take(address);
  }

  connectAddress(address: string): boolean {
    const { connectionsFromLoopback, connectionsPerAddress } = this.limits;
    const max = isLoopback(address) ? connectionsFromLoopback : connectionsPerAddress;
    return this.#addresses.enter(address, max);
  }

  disconnectAddress(address: string): void {
    this.#addresses.leave(address);
  }

  connectPrincipal(principal: string): boolean {
    return this.#principals.enter(principal, this.limits.connectionsPerPrincipal);
  }

  disconnectPrincipal(principal: string): void {
    this.#principals.leave(principal);
  }
}

/** Addresses that only processes on this machine can have. */
export const isLoopback = (address: string): boolean =>
  address === '::1' || address === 'localhost' || /^(::ffff:)?127\./.test(address);
