import type { ReconnectOptions } from './api.ts';

/** A stopping hub sends everybody away at once; they come back spread over a time this much longer. */
const SPREAD_STEPS = 3;

/** How long to wait before each attempt to reconnect: exponential, with jitter over the whole range. */
export class Backoff {
  readonly #minMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #failures = 0;

  constructor(options: ReconnectOptions = {}) {
    this.#minMs = options.minMs ?? 250;
    this.#maxMs = options.maxMs ?? 15_000;
    this.#random = options.random ?? Math.random;
  }

  /**
   * The next delay. `spread` is set where many clients lost the same hub at the same moment; `atLeastMs`
   * is what the hub itself asked for.
   */
  next({ spread = false, atLeastMs = 0 }: { spread?: boolean; atLeastMs?: number } = {}): number {
    const steps = this.#failures + (spread ? SPREAD_STEPS : 0);
    this.#failures += 1;
    // 2^30 ms are twelve days: beyond that the exponent would only overflow.
    const ceiling = Math.min(this.#maxMs, this.#minMs * 2 ** Math.min(steps, 30));
    return Math.max(atLeastMs, this.#random() * ceiling);
  }

  /** A connection has stood long enough to count as good. */
  reset(): void {
    this.#failures = 0;
  }
}
