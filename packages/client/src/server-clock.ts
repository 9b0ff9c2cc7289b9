import type { Clock } from './clock.ts';

/**
 * The hub's time, estimated from what it says. `hello` is asked at one moment and answered at another,
 * and the hub read its clock in between; an event cannot arrive before it happened. Both bound how
 * far the hub's clock can be from ours.
 */
export class ServerClock {
  readonly #local: Clock;
  /** Hub's time minus ours, in milliseconds. */
  #offset = 0;
  #latest = Number.NEGATIVE_INFINITY;

  constructor(local: Clock) {
    this.#local = local;
  }

  /** `sentAt` and the answer's arrival (now) by our clock, `serverTime` by the hub's. */
  hello(sentAt: number, serverTime: number): void {
    if (!Number.isFinite(serverTime)) return;
    this.#offset = serverTime - (sentAt + this.#local.now()) / 2;
  }

  /** An event of the hub's instant `at` has just arrived. */
  event(at: number): void {
    const offset = at - this.#local.now();
    if (offset > this.#offset) this.#offset = offset;
  }

  /** Never less than an earlier answer: countdowns do not jump back. */
  now(): number {
    this.#latest = Math.max(this.#latest, this.#local.now() + this.#offset);
    return this.#latest;
  }
}
