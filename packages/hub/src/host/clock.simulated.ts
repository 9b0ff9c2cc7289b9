import type { Instant, Millis } from '@parley/core';
import type { Clock } from '../ports/clock.ts';

interface Timer {
  /** On the steady axis, which {@link SimulatedClock.jump} does not move. */
  readonly due: number;
  readonly order: number;
  readonly task: () => void;
}

/** Time that stands still until it is told to move, for tests and the simulation. */
export class SimulatedClock implements Clock {
  readonly #timers = new Set<Timer>();
  #steady = 0;
  /** Wall time minus steady time. */
  #offset: number;
  #order = 0;

  constructor(start: Instant = Date.UTC(2026, 0, 1)) {
    this.#offset = start;
  }

  now(): Instant {
    return this.#steady + this.#offset;
  }

  /** Milliseconds that have passed, which {@link SimulatedClock.jump} does not change. */
  get steady(): Millis {
    return this.#steady;
  }

  at(at: Instant, task: () => void): () => void {
    return this.after(at - this.now(), task);
  }

  after(ms: Millis, task: () => void): () => void {
    const timer = { due: this.#steady + Math.max(0, ms), order: this.#order++, task };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Sets the wall clock forward or back; timers that are armed go on as if nothing had happened. */
  jump(ms: Millis): void {
    this.#offset += ms;
  }

  /** How long until the next timer; null when none is armed. */
  get untilNext(): Millis | null {
    const next = this.#next();
    return next ? Math.max(0, next.due - this.#steady) : null;
  }

  /** How many timers are armed. */
  get armed(): number {
    return this.#timers.size;
  }

  /** Moves to the next timer and runs it; false when none is armed within `ms`, and time has moved by `ms`. */
  step(ms: Millis = Number.POSITIVE_INFINITY): boolean {
    const next = this.#next();
    if (!next || next.due > this.#steady + ms) {
      if (Number.isFinite(ms)) this.#steady += ms;
      return false;
    }
    this.#timers.delete(next);
    this.#steady = Math.max(this.#steady, next.due);
    next.task();
    return true;
  }

  /** Lets `ms` pass; after each timer `settle` waits for what it started (promises, by default). */
  async advance(ms: Millis, settle: () => Promise<void> = settleTurns): Promise<void> {
    const end = this.#steady + ms;
    await settle();
    while (this.step(end - this.#steady)) await settle();
    await settle();
  }

  #next(): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers) {
      if (!next || timer.due < next.due || (timer.due === next.due && timer.order < next.order)) next = timer;
    }
    return next;
  }
}

/** A few turns of the event loop: enough for chains of promises over an in-memory log to end. */
async function settleTurns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
