import { SOUND, type Conditions } from '../network/link.ts';
import type { Proxy, Strike } from '../network/proxy.ts';
import type { Random } from '../random.ts';
import { pause } from './company.ts';

/** Between two strikes. */
const EVERY_MS = [60, 250] as const;
const HALF_OPEN_MS = [200, 2_000] as const;
/** Slow, and yet faster than what a conversation of a run brings about. */
const BYTES_PER_SECOND = [60_000, 400_000] as const;
const DELAY_MS = [1, 120] as const;

export type StrikeCounts = Record<Strike['kind'], number>;

/** A new connection is sound, or late, or slow and late. */
export function weather(random: Random): Conditions {
  return random.chance(0.5) ? SOUND : { bytesPerSecond: null, delayMs: random.integer(...DELAY_MS) };
}

/** Strikes one connection after the other, by a plan of its own, until it is over. */
export class Storm {
  readonly counts: StrikeCounts = { finished: 0, reset: 0, halfOpen: 0, slowed: 0 };
  readonly #proxy: Proxy;
  readonly #random: Random;
  readonly #work: Promise<void>;
  #over = false;

  constructor(proxy: Proxy, random: Random) {
    this.#proxy = proxy;
    this.#random = random;
    this.#work = this.#rage();
  }

  /** Resolves when the last strike has fallen; what works is sound again. */
  async end(): Promise<void> {
    this.#over = true;
    await this.#work;
    this.#proxy.heal();
  }

  async #rage(): Promise<void> {
    while (!this.#over) {
      await pause(this.#random.integer(...EVERY_MS));
      const strike = this.#next();
      const hit = this.#proxy.strike(strike, (many) => this.#random.integer(0, Math.max(0, many - 1)));
      if (hit) this.counts[strike.kind] += 1;
    }
  }

  #next(): Strike {
    const random = this.#random;
    const kind = random.weighted({ finished: 2, reset: 2, halfOpen: 2, slowed: 3 });
    if (kind === 'halfOpen') return { kind, ms: random.integer(...HALF_OPEN_MS) };
    if (kind !== 'slowed') return { kind };
    const bytesPerSecond = random.integer(...BYTES_PER_SECOND);
    return { kind, conditions: { bytesPerSecond, delayMs: random.integer(...DELAY_MS) } };
  }
}
