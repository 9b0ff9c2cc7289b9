import type { Instant, Millis } from '@parley/core';
import type { Clock } from '../ports/clock.ts';

/** `setTimeout` takes at most a signed 32-bit number of milliseconds (24.8 days). */
const LONGEST_TIMEOUT_MS = 2_147_483_647;
/** How fast {@link SystemClock} follows a wall clock that was set: 50 ms per second. */
const SLEW = 0.05;

/** Where real time comes from; replaced in tests. */
export interface TimeSources {
  /** Wall clock, ms since 1970; may jump. */
  readonly wall: () => number;
  /** Never goes back and never jumps, ms from anywhere. */
  readonly steady: () => number;
}

/**
 * The machine's time without its jumps (RL-4). It runs with the steady clock and leans slowly towards the
 * wall clock, so that a wall clock that is set by an hour neither freezes every timer for an hour nor
 * fires all of them at once.
 */
export class SystemClock implements Clock {
  readonly #sources: TimeSources;
  #instant: number;
  #steady: number;

  constructor(sources: TimeSources = { wall: Date.now, steady: () => performance.now() }) {
    this.#sources = sources;
    this.#instant = sources.wall();
    this.#steady = sources.steady();
  }

  now(): Instant {
    const steady = this.#sources.steady();
    const elapsed = Math.max(0, steady - this.#steady);
    this.#steady = steady;
    const error = this.#sources.wall() - (this.#instant + elapsed);
    const correction = Math.max(-elapsed * SLEW, Math.min(elapsed * SLEW, error));
    this.#instant += elapsed + correction;
    return Math.floor(this.#instant);
  }

  at(at: Instant, task: () => void): () => void {
    return this.after(at - this.now(), task);
  }

  after(ms: Millis, task: () => void): () => void {
    const due = this.now() + Math.max(0, ms);
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const left = due - this.now();
      timer = setTimeout(left > 0 ? step : task, Math.min(Math.ceil(left), LONGEST_TIMEOUT_MS));
    };
    // Slewing and rounding may bring a timer here a little early; it is then sent round once more.
    const step = (): void => (this.now() >= due ? task() : arm());
    arm();
    return () => clearTimeout(timer);
  }
}
