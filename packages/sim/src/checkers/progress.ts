/** How far a recipient is in its chain, whatever the order in which the events come. */
export class Progress {
  readonly #chain: readonly number[];
  readonly #from: number;
  readonly #done = new Set<number>();
  readonly #received = new Set<number>();
  /** Index of the first event of the chain that is not done. */
  #next: number;

  constructor(chain: readonly number[], from: number) {
    this.#chain = chain;
    this.#from = from;
    const first = chain.findIndex((seq) => seq > from);
    this.#next = first === -1 ? chain.length : first;
  }

  /** Last seq up to which nothing is missing. */
  get contiguous(): number {
    return Math.max(this.#from, this.#chain[this.#next - 1] ?? 0);
  }

  /** The event that is to come next, if the chain has one. */
  get next(): number | undefined {
    return this.#chain[this.#next];
  }

  has(seq: number): boolean {
    return seq <= this.#from || this.#received.has(seq);
  }

  /** Whether everything of the chain up to `seq` has come. */
  hasAllUpTo(seq: number): boolean {
    for (let index = this.#next; (this.#chain[index] ?? seq + 1) <= seq; index++) {
      if (!this.#received.has(this.#chain[index]!)) return false;
    }
    return true;
  }

  take(seq: number): void {
    this.#received.add(seq);
    this.#pass(seq);
  }

  /** What lies before `seq` and has not come is no longer waited for. */
  giveUpBefore(seq: number): void {
    for (let index = this.#next; (this.#chain[index] ?? seq) < seq; index++) {
      this.#done.add(this.#chain[index]!);
    }
  }

  get missing(): number[] {
    return this.#chain.slice(this.#next).filter((seq) => !this.#done.has(seq));
  }

  #pass(seq: number): void {
    this.#done.add(seq);
    while (this.#next < this.#chain.length && this.#done.has(this.#chain[this.#next]!)) this.#next += 1;
  }
}
