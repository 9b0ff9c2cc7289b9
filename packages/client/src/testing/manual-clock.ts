import type { Clock } from '../clock.ts';

/** A clock that stands until it is told to go on. */
export class ManualClock implements Clock {
  #now: number;
  #timers = new Set<{ readonly at: number; readonly fn: () => void }>();

  constructor(now = Date.parse('2026-01-01T00:00:00.000Z')) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, fn: () => void): () => void {
    if (ms === 0) {
      // Just later: no time has to pass for it.
      const timer = setTimeout(fn, 0);
      return () => clearTimeout(timer);
    }
    const timer = { at: this.#now + ms, fn };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  get pending(): number {
    return this.#timers.size;
  }

  /** When the next timer fires, from now; null where none is set. */
  get nextMs(): number | null {
    const times = [...this.#timers].map(({ at }) => at - this.#now);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Lets time pass: each timer fires at its instant, and what follows from it happens before the next. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settled();
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#now = Math.max(this.#now, due.at);
      this.#timers.delete(due);
      due.fn();
      await settled();
    }
    this.#now = until;
    await settled();
  }
}

/** Everything that promises and microtasks will do without time passing. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
