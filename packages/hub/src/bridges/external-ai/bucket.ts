import type { Instant, Millis } from '@parley/core';

const MINUTE_MS = 60_000;

/** A budget of so much a minute that fills itself up again, to one minute's worth at most. */
export class Bucket {
  readonly #perMinute: number;
  #level: number;
  #filledAt: Instant;

  /** Without a limit there is always enough. */
  constructor(perMinute: number | undefined, now: Instant) {
    this.#perMinute = perMinute ?? Number.POSITIVE_INFINITY;
    this.#level = this.#perMinute;
    this.#filledAt = now;
  }

  /** Takes, or gives back where `amount` is below zero. What was taken too much has to fill up first. */
  take(amount: number, now: Instant): void {
    if (!Number.isFinite(this.#perMinute)) return;
    this.#fill(now);
    this.#level = Math.min(this.#perMinute, this.#level - amount);
  }

  /** How long until there is so much; until it is full where it never holds so much. */
  waitMs(amount: number, now: Instant): Millis {
    if (!Number.isFinite(this.#perMinute)) return 0;
    this.#fill(now);
    const missing = Math.min(amount, this.#perMinute) - this.#level;
    return missing <= 0 ? 0 : Math.ceil((missing * MINUTE_MS) / this.#perMinute);
  }

  #fill(now: Instant): void {
    // A clock that was set back must neither take budget away nor give it twice.
    const elapsed = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    this.#level = Math.min(this.#perMinute, this.#level + (elapsed * this.#perMinute) / MINUTE_MS);
  }
}
