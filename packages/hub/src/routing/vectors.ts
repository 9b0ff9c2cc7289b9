import type { Millis } from '@parley/core';
import { Gate } from '../host/gate.ts';
import type { Clock } from '../ports/clock.ts';
import { ScorerError } from '../ports/scorer.ts';
import type { Embed, Vector } from './embedding-provider.ts';
import { within } from './time-limit.ts';

export interface VectorLimits {
  /** Numbers kept: 8 Mi are 64 MiB, some 5 000 texts of a model with 1 536 dimensions. */
  readonly numbersMax: number;
  /** Texts asked for at once; providers refuse much more. */
  readonly batchMax: number;
  /** Calls at once: more would only wait for the same provider. */
  readonly callsMax: number;
  /** Texts that wait for their vectors; at more, scoring fails at once instead of in time. */
  readonly waitingMax: number;
  /** A call that takes longer is given up. Much longer than an utterance waits, so that the next one profits. */
  readonly callMs: Millis;
}

const LIMITS: VectorLimits = {
  numbersMax: 8 * 1_024 * 1_024,
  batchMax: 128,
  callsMax: 2,
  waitingMax: 8_192,
  callMs: 10_000,
};

/**
 * Vectors of what listeners care for. An interest that many share is learnt once; what is being learnt goes on
 * when the utterance that wanted it does not wait any longer.
 */
export class Vectors {
  readonly #embed: Embed;
  readonly #clock: Clock;
  readonly #limits: VectorLimits;
  readonly #calls: Gate;
  readonly #stopping = new AbortController();
  /** The latest used last. */
  readonly #known = new Map<string, Vector>();
  readonly #learning = new Map<string, Promise<Vector>>();
  #numbers = 0;

  constructor(embed: Embed, clock: Clock, limits: Partial<VectorLimits> = {}) {
    this.#embed = embed;
    this.#clock = clock;
    this.#limits = { ...LIMITS, ...limits };
    this.#calls = new Gate(this.#limits.callsMax);
  }

  async of(texts: ReadonlySet<string>): Promise<ReadonlyMap<string, Vector>> {
    const missing = [...texts].filter((text) => !this.#known.has(text) && !this.#learning.has(text));
    if (this.#learning.size + missing.length > this.#limits.waitingMax) {
      throw new ScorerError('too many texts wait for their vectors');
    }
    for (let from = 0; from < missing.length; from += this.#limits.batchMax) {
      this.#learn(missing.slice(from, from + this.#limits.batchMax));
    }
    const found = [...texts].map(async (text) => [
      text,
      await (this.#recall(text) ?? this.#learning.get(text)!),
    ]);
    return new Map((await Promise.all(found)) as [string, Vector][]);
  }

  /** What is known; what is being learnt right now goes on. */
  forget(): void {
    this.#known.clear();
    this.#numbers = 0;
  }

  stop(): void {
    this.#stopping.abort(new ScorerError('the hub is stopping'));
  }

  #recall(text: string): Vector | undefined {
    const vector = this.#known.get(text);
    if (!vector) return undefined;
    this.#known.delete(text);
    this.#known.set(text, vector);
    return vector;
  }

  #learn(texts: readonly string[]): void {
    const { callMs } = this.#limits;
    const vectors = this.#calls.run(() =>
      within(this.#clock, callMs, this.#stopping.signal, (signal) => this.#embed(texts, signal)),
    );
    for (const [index, text] of texts.entries()) {
      const learning = vectors.then(
        (all) => this.#keep(text, all[index]!),
        (error: unknown) => {
          this.#learning.delete(text);
          throw error;
        },
      );
      // Whoever asked may be gone by then; whoever is not hears of it by its own promise.
      learning.catch(() => undefined);
      this.#learning.set(text, learning);
    }
  }

  #keep(text: string, vector: Vector): Vector {
    this.#learning.delete(text);
    this.#known.set(text, vector);
    this.#numbers += vector.length;
    for (const [oldest, { length }] of this.#known) {
      if (this.#numbers <= this.#limits.numbersMax) break;
      this.#known.delete(oldest);
      this.#numbers -= length;
    }
    return vector;
  }
}
