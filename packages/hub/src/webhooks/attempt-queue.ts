import type { Attempt } from './notice.ts';

/** Bounds of what waits and runs, over all receivers and of a single one. */
export interface AttemptLimits {
  /** Calls at once: they wait for others' servers, not for this one. */
  readonly atOnce: number;
  /** A single receiver's share of them: as many connections as the way out opens to one origin. */
  readonly atOnceEach: number;
  /** Attempts that wait for their turn; of more, the next attempt comes in time. */
  readonly waitingMax: number;
  /** A single receiver's share of them. */
  readonly waitingMaxEach: number;
}

export const ATTEMPT_LIMITS: AttemptLimits = {
  atOnce: 64,
  atOnceEach: 8,
  waitingMax: 5_000,
  waitingMaxEach: 1_000,
};

/** Of one receiver. */
interface Line {
  readonly waiting: Map<string, Attempt>;
  running: number;
}

/**
 * Attempts that wait for their turn, in a line for each receiver (the origin of its address), the receivers in
 * turn: one that is slow, or never answers, holds up its own calls and nobody else's.
 */
export class AttemptQueue {
  readonly #limits: AttemptLimits;
  /** The latest served last. */
  readonly #lines = new Map<string, Line>();
  #waiting = 0;
  #running = 0;

  constructor(limits: AttemptLimits = ATTEMPT_LIMITS) {
    this.#limits = limits;
  }

  /** Attempts that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** A later attempt of the same key takes the place of the one that waits. False where there is no room. */
  add(key: string, attempt: Attempt): boolean {
    const origin = originOf(attempt);
    const line = this.#lines.get(origin) ?? { waiting: new Map<string, Attempt>(), running: 0 };
    if (!line.waiting.has(key)) {
      const { waitingMax, waitingMaxEach } = this.#limits;
      if (this.#waiting >= waitingMax || line.waiting.size >= waitingMaxEach) return false;
      this.#waiting += 1;
    }
    line.waiting.set(key, attempt);
    this.#lines.set(origin, line);
    return true;
  }

  /** The next one that may be called now; {@link done} has to be told when it is over. */
  take(): { readonly key: string; readonly attempt: Attempt } | null {
    if (this.#running >= this.#limits.atOnce) return null;
    for (const [origin, line] of this.#lines) {
      const [next] = line.waiting;
      if (!next || line.running >= this.#limits.atOnceEach) continue;
      const [key, attempt] = next;
      line.waiting.delete(key);
      line.running += 1;
      this.#waiting -= 1;
      this.#running += 1;
      this.#lines.delete(origin);
      this.#lines.set(origin, line);
      return { key, attempt };
    }
    return null;
  }

  /** The call is over. */
  done(attempt: Attempt): void {
    const origin = originOf(attempt);
    const line = this.#lines.get(origin);
    if (!line) return;
    line.running -= 1;
    this.#running -= 1;
    if (line.running === 0 && line.waiting.size === 0) this.#lines.delete(origin);
  }

  /** Nothing waits any more; what runs goes on. */
  clear(): void {
    for (const line of this.#lines.values()) line.waiting.clear();
    this.#waiting = 0;
  }
}

/** Addresses were checked when they were given; what cannot be read is its own receiver, and blocked when called. */
const originOf = ({ url }: Attempt): string => (URL.canParse(url) ? new URL(url).origin : url);
