import type { Instant, Millis } from '@parley/core';
import type { Clock } from '../ports/clock.ts';

/** Pauses after failures in a row: doubled each time up to the longest. */
const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/** Remembers failures in a row, so that who fails is tried again less and less often (DG-3). */
export class Setbacks {
  readonly #clock: Clock;
  #inARow = 0;
  #until: Instant = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `atLeastMs` where whoever failed said how long it wants to be left alone. */
  failed(atLeastMs: Millis = 0): void {
    const pauseMs = Math.min(FIRST_MS * 2 ** this.#inARow, LONGEST_MS);
    this.#inARow += 1;
    this.#until = this.#clock.now() + Math.max(pauseMs, atLeastMs);
  }

  succeeded(): void {
    this.#inARow = 0;
    this.#until = 0;
  }

  /** How long to leave it alone; 0 for no longer. */
  get waitMs(): Millis {
    return Math.max(0, this.#until - this.#clock.now());
  }
}
