import type { Clock, SimulatedClock } from '@parley/hub/testing';

/**
 * The time of one process: its timers are those of the simulated clock until the process dies, and then
 * none of them ever fires, nor any that its last words still arm.
 */
export class Life implements Clock {
  readonly #clock: SimulatedClock;
  readonly #armed = new Set<() => void>();
  #over = false;

  constructor(clock: SimulatedClock) {
    this.#clock = clock;
  }

  get over(): boolean {
    return this.#over;
  }

  now(): number {
    return this.#clock.now();
  }

  at(at: number, task: () => void): () => void {
    return this.after(at - this.now(), task);
  }

  after(ms: number, task: () => void): () => void {
    if (this.#over) return () => undefined;
    const cancel = this.#clock.after(ms, () => {
      this.#armed.delete(cancel);
      task();
    });
    this.#armed.add(cancel);
    return () => {
      cancel();
      this.#armed.delete(cancel);
    };
  }

  /** Resolves after `ms`, or never. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }

  end(): void {
    this.#over = true;
    for (const cancel of this.#armed) cancel();
    this.#armed.clear();
  }
}
