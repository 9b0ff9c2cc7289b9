import type { DurableWireEvent } from '../checkers/history.ts';

/**
 * How far a client has everything, by `after` alone, as any client can tell: early events of a causal view
 * wait for their turn in the chain.
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
