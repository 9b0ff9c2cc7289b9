import type { ConversationSummary } from '@parley/client';
import type { ReadMark } from '../session/read-marks.ts';

/** Lines that somebody has not read yet; `more`: there are more than were counted. */
export interface Unread {
  readonly count: number;
  readonly more: boolean;
}

type Summary = Pick<ConversationSummary, 'id' | 'seq' | 'epoch'>;

/** What a count was of: what is behind the mark, up to the conversation's end as it was then. */
interface Counting {
  readonly mark: ReadMark;
  readonly seq: number;
  /** Undefined until it is known. */
  readonly unread?: Unread;
}

interface UnreadParts {
  /** Counts what is behind a mark. */
  readonly count: (conversation: string, mark: ReadMark) => Promise<Unread>;
  readonly markOf: (conversation: string) => ReadMark | undefined;
}

/** Conversations counted at a time; the lists' first ones come first. */
const COUNTED_AT_ONCE = 20;

/**
 * What is unread, by conversation: counted again when something was said or read since, wherever it was read.
 * An answer that comes after a newer question is no answer; what has been read counts for nothing at once.
 * Remembers as much as is listed.
 */
export class UnreadCounts {
  readonly #parts: UnreadParts;
  readonly #listeners = new Set<() => void>();
  #countings: ReadonlyMap<string, Counting> = new Map();
  #unread: ReadonlyMap<string, Unread> = new Map();

  constructor(parts: UnreadParts) {
    this.#parts = parts;
  }

  /** What is known now; another object when that has changed. */
  get unread(): ReadonlyMap<string, Unread> {
    return this.#unread;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  look(summaries: readonly Summary[]): void {
    const before = this.#countings;
    const now = new Map<string, Counting>();
    const asked: Counting[] = [];
    for (const { id, seq, epoch } of summaries) {
      const mark = this.#parts.markOf(id);
      if (mark === undefined || mark.epoch !== epoch || mark.seq >= seq) continue;
      const known = before.get(id);
      const same = known?.seq === seq && known.mark.seq === mark.seq && known.mark.epoch === epoch;
      if (same || asked.length === COUNTED_AT_ONCE) {
        if (known !== undefined) now.set(id, known);
        continue;
      }
      // Until the new count is there the old one stands, unless it was of a log that is gone.
      const stands = known?.mark.epoch === epoch ? known.unread : undefined;
      const counting = { mark, seq, ...(stands === undefined ? {} : { unread: stands }) };
      now.set(id, counting);
      asked.push(counting);
      void this.#count(id, counting);
    }
    this.#countings = now;
    this.#tell();
  }

  async #count(id: string, asked: Counting): Promise<void> {
    try {
      const unread = await this.#parts.count(id, asked.mark);
      if (this.#countings.get(id) !== asked) return;
      this.#countings = new Map([...this.#countings, [id, { ...asked, unread }]]);
    } catch (error) {
      // Whoever may not read there is not told that there is something to read.
      console.debug('unread lines were not counted', error);
      if (this.#countings.get(id) !== asked) return;
      const others = new Map(this.#countings);
      others.delete(id);
      this.#countings = others;
    }
    this.#tell();
  }

  #tell(): void {
    const known = [...this.#countings].flatMap(([id, { unread }]) =>
      unread === undefined ? [] : [[id, unread] as const],
    );
    this.#unread = new Map(known);
    for (const listener of this.#listeners) listener();
  }
}
