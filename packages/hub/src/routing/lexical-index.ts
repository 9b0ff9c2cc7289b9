import { setImmediate } from 'node:timers/promises';
import MiniSearch from 'minisearch';
import type { ParticipantId } from '@parley/core';
import type { ListenerProfile } from '../ports/scorer.ts';
import { tellingWordsOf, wordsOf } from './words.ts';

interface Entry {
  readonly id: string;
  readonly interests: string;
  readonly capabilities: string;
  readonly ownWords: string;
}

/** What somebody names as its interest counts most; a word that it merely used counts little. */
const BOOST = { interests: 3, capabilities: 2.5, ownWords: 0.3 };

/**
 * Nobody cares less for tea because of its other interests, so lengths do not count (`b`), and a word that
 * comes once counts as much as its rarity says (`d`).
 */
const BM25 = { k: 1.2, b: 0, d: 0 };

/**
 * Rarity is that of a word among the listeners and as many again who know nothing, at least a hundred: so a
 * score means much the same in a small room as in a large one, and what all are interested in interests all.
 */
const STRANGERS_MIN = 100;

/** An index is kept up to date in steps of so many listeners; in between others get their turn. */
const STEP = 200;

/** One conversation's listeners, in a full-text index that is changed only where they changed. */
export class LexicalIndex {
  readonly #index = new MiniSearch<Entry>({
    fields: Object.keys(BOOST),
    autoVacuum: false,
    // Entries and queries are words in their final form already.
    tokenize: (text) => text.split(' '),
    processTerm: (word) => word,
    searchOptions: {
      boost: BOOST,
      bm25: BM25,
      combineWith: 'OR',
      // “garden” finds “gardening”, and “robots” finds “robot”.
      prefix: (word) => word.length >= 4,
      fuzzy: (word) => (word.length >= 6 ? 1 : false),
    },
  });
  readonly #known = new Map<ParticipantId, { readonly profile: ListenerProfile; readonly entry: Entry }>();
  #strangers = 0;

  /** Must not be called again before it has ended. */
  async update(listeners: readonly ListenerProfile[]): Promise<void> {
    const present = new Set(listeners.map(({ id }) => id));
    for (const [id, { entry }] of this.#known) {
      if (present.has(id)) continue;
      this.#index.remove(entry);
      this.#known.delete(id);
    }
    let changed = 0;
    for (const listener of listeners) {
      if (this.#put(listener) && (changed += 1) % STEP === 0) await setImmediate();
    }
    for (; this.#strangers < Math.max(STRANGERS_MIN, listeners.length); this.#strangers += 1) {
      this.#index.add({ id: `stranger ${this.#strangers}`, interests: '', capabilities: '', ownWords: '' });
    }
  }

  /** BM25 of those whom any of the words concerns; each word counts once. */
  search(words: readonly string[]): ReadonlyMap<ParticipantId, number> {
    const found = this.#index.search({ queries: [...words] });
    // The library multiplies the sum by how many words were met; without that it is BM25's own.
    return new Map(
      found.map(({ id, score, queryTerms }) => [id as ParticipantId, score / queryTerms.length]),
    );
  }

  /** Whether anything changed. */
  #put(profile: ListenerProfile): boolean {
    const before = this.#known.get(profile.id);
    if (before && isSame(before.profile, profile)) return false;
    if (before) this.#index.remove(before.entry);
    const entry = entryOf(profile);
    this.#index.add(entry);
    this.#known.set(profile.id, { profile, entry });
    return true;
  }
}

const entryOf = ({ id, interests, capabilities, ownWords }: ListenerProfile): Entry => ({
  id,
  interests: interests.map(phrase).join(' '),
  capabilities: capabilities.map(phrase).join(' '),
  ownWords: tellingWordsOf(ownWords).join(' '),
});

/** “History of art” is not met by every “of”; a phrase of common words only stays as it is. */
function phrase(text: string): string {
  const telling = tellingWordsOf(text);
  return (telling.length > 0 ? telling : wordsOf(text)).join(' ');
}

const isSame = (a: ListenerProfile, b: ListenerProfile): boolean =>
  a.ownWords === b.ownWords &&
  isSameList(a.interests, b.interests) &&
  isSameList(a.capabilities, b.capabilities);

const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((text, index) => text === b[index]));
