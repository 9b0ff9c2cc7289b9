import type { ConversationId } from '@parley/core';
import type { ListenerProfile, ScoredUtterance, Scorer, Scores } from '../ports/scorer.ts';
import { LexicalIndex } from './lexical-index.ts';
import { wordsOf } from './words.ts';

/** Different words of an utterance that are looked up, from its beginning: what it is about stands there. */
const WORDS_MAX = 256;
/** Conversations whose index is kept, the latest used; another one's is made anew, in milliseconds. */
const INDEXES_MAX = 256;
/** The raw score at which half of everything is reached. */
const HALF = 4;

interface Kept {
  readonly index: LexicalIndex;
  /** One update at a time; a reader comes after the updates before it. */
  turn: Promise<void>;
}

/**
 * RT-4: BM25 of an utterance over what its listeners are interested in, can do, and said lately. Raw scores
 * have no upper end; `raw / (raw + 4)` brings them to 0…1 without changing their order.
 */
export class LexicalScorer implements Scorer {
  readonly #kept = new Map<ConversationId, Kept>();

  async score(
    { conversation, text }: ScoredUtterance,
    listeners: readonly ListenerProfile[],
    signal: AbortSignal,
  ): Promise<Scores> {
    signal.throwIfAborted();
    const kept = this.#take(conversation);
    const turn = kept.turn.then(async () => {
      await kept.index.update(listeners);
      return kept.index.search([...new Set(wordsOf(text))].slice(0, WORDS_MAX));
    });
    kept.turn = turn.then(
      () => undefined,
      // An index that could not be brought up to date is made anew for the next utterance.
      () => void this.#kept.delete(conversation),
    );
    const raw = await turn;
    signal.throwIfAborted();
    return new Map(listeners.map(({ id }) => [id, squashed(raw.get(id) ?? 0)]));
  }

  #take(conversation: ConversationId): Kept {
    const kept = this.#kept.get(conversation) ?? { index: new LexicalIndex(), turn: Promise.resolve() };
    this.#kept.delete(conversation);
    this.#kept.set(conversation, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > INDEXES_MAX && oldest !== undefined) this.#kept.delete(oldest);
    return kept;
  }
}

const squashed = (raw: number): number => raw / (raw + HALF);
