import { cosineSimilarity } from 'ai';
import type { ListenerProfile, ScoredUtterance, Scorer, Scores } from '../ports/scorer.ts';
import { ScorerError } from '../ports/scorer.ts';
import type { Clock } from '../ports/clock.ts';
import type { Embed, Vector } from './embedding-provider.ts';
import { unlessAborted } from './time-limit.ts';
import type { VectorLimits } from './vectors.ts';
import { Vectors } from './vectors.ts';

/** What an utterance is about stands at its beginning; models take a few hundred words well. */
const CHARACTERS_MAX = 2_000;
/** Different texts that one utterance is compared with; a room that has more is told everything. */
const TEXTS_MAX = 2_048;

/**
 * RT-4: how near in meaning an utterance is to the nearest of what a listener cares for: the largest cosine
 * of its vector with those of the listener's interests, capabilities and own words; 0 where none is positive.
 */
export class EmbeddingScorer implements Scorer {
  readonly #embed: Embed;
  readonly #vectors: Vectors;

  constructor(embed: Embed, clock: Clock, limits: Partial<VectorLimits> = {}) {
    this.#embed = embed;
    this.#vectors = new Vectors(embed, clock, limits);
  }

  async score(
    { text }: ScoredUtterance,
    listeners: readonly ListenerProfile[],
    signal: AbortSignal,
  ): Promise<Scores> {
    signal.throwIfAborted();
    if (listeners.length === 0) return new Map();
    const texts = new Set(listeners.flatMap(textsOf));
    if (texts.size > TEXTS_MAX) throw new ScorerError(`more than ${TEXTS_MAX} texts to compare with`);
    const [[spoken], vectors] = await unlessAborted(signal, () =>
      Promise.all([this.#embed([text.slice(0, CHARACTERS_MAX)], signal), this.#vectors.of(texts)]),
    );
    const nearness = new Map([...vectors].map(([each, vector]) => [each, this.#cosine(spoken!, vector)]));
    return new Map(
      listeners.map((listener) => [
        listener.id,
        Math.max(0, ...textsOf(listener).map((each) => nearness.get(each) ?? 0)),
      ]),
    );
  }

  stop(): void {
    this.#vectors.stop();
  }

  #cosine(a: Vector, b: Vector): number {
    if (a.length !== b.length) {
      // Another model under the same name: what was learnt from the first is of no use.
      this.#vectors.forget();
      throw new ScorerError('the provider changed how many dimensions its vectors have');
    }
    // Rounding may lead a little beyond 1.
    return Math.min(1, cosineSimilarity(a as number[], b as number[]));
  }
}

const textsOf = ({ interests, capabilities, ownWords }: ListenerProfile): string[] =>
  [...interests, ...capabilities, ownWords].filter((text) => text.trim() !== '');
