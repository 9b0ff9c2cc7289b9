import type { Instant, Millis } from '@parley/core';
import type { Clock } from '../ports/clock.ts';

/**
 * A host's clock that never goes back: what a wall clock loses in a jump is added from then on, so that
 * timers go on at their pace (RL-4).
 */
export class HostTime {
  readonly #clock: Clock;
  #last: Instant;
  #added: Millis = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#last = clock.now();
  }

  now(): Instant {
    const now = this.#clock.now();
    if (now < this.#last) this.#added += this.#last - now;
    this.#last = now;
    return now + this.#added;
  }

  /** A timer that fires proves that its time has passed, whatever the clock was set to meanwhile. */
  after(ms: Millis, task: () => void): () => void {
    const due = this.now() + ms;
    return this.#clock.after(ms, () => {
      // Asking for the time may itself add to what is added: first ask, then add.
      const missingMs = due - this.now();
      if (missingMs > 0) this.#added += missingMs;
      task();
    });
  }
}

/**
 * Time inside one conversation: never before its last event, and running on from there even when that
 * event was written by a clock ahead of this one.
 */
export class ConversationTime {
  readonly #host: HostTime;
  #ahead: Millis = 0;

  constructor(host: HostTime) {
    this.#host = host;
  }

  /** The instant for the next decision, given that of the last event. */
  now(lastAt: Instant): Instant {
    const now = this.#host.now() + this.#ahead;
    if (now >= lastAt) return now;
    this.#ahead += lastAt - now;
    return lastAt;
  }
}
