import type { DurableWireEvent } from '../checkers/history.ts';

/**
 * How far a client has everything, as any client can tell: what comes in its order moves it to its seq, and what
 * a causal view was sent early counts once the one that it names as `after` has come. Whether the order is right is
 * for the checkers to say.
 */
export class Cursor {
  /** Last seq up to which the client has its chain. */
  seq = 0;
  /** Early events by the one before them. */
  readonly #early = new Map<number, number>();

  /** The chain begins (again) behind `seq`. */
  start(seq: number): void {
    this.seq = seq;
    this.#early.clear();
  }

  take({ seq, after = 0, early }: DurableWireEvent): void {
    if (early === true && after !== this.seq) this.#early.set(after, seq);
    else this.seq = Math.max(this.seq, seq);
    for (let next = this.#early.get(this.seq); next !== undefined; next = this.#early.get(this.seq)) {
      this.#early.delete(this.seq);
      this.seq = next;
    }
  }
}
