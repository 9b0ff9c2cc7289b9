import type { Seq } from '@parley/core';

/**
 * Events sent ahead at most: a thousand that are waited for are as many as a client keeps in memory for
 * the sake of order; beyond it live events wait for their place again.
 */
const SENT_MAX = 1_000;

/** CS-3: what a view that is behind is sent ahead of its backlog. */
export class EarlyEvents {
  /** Last event of the view's chain, sent or not; null until one has been seen going by. */
  #last: Seq | null;
  readonly #sent = new Set<Seq>();

  constructor(last: Seq | null) {
    this.#last = last;
  }

  /** Sent, and still to come in the log that is being read. */
  get sent(): ReadonlySet<Seq> {
    return this.#sent;
  }

  /** `seq` is the next event of the chain. Gives the one before it, where that is known. */
  follow(seq: Seq): Seq | null {
    const before = this.#last;
    this.#last = seq;
    return before;
  }

  /** Remembers that `seq` is sent ahead; false where no more may be. */
  note(seq: Seq): boolean {
    if (this.#sent.size >= SENT_MAX) return false;
    this.#sent.add(seq);
    return true;
  }

  /** The log was read up to `seen`. */
  passed(seen: Seq): void {
    for (const seq of this.#sent) if (seq <= seen) this.#sent.delete(seq);
  }

  /** Events of the chain went by unseen. */
  lose(): void {
    this.#last = null;
  }
}
