/** Keeps what belongs together in order while some of it has to wait; what does not, goes on side by side. */
export class Lines {
  readonly #lines = new Map<string, { last: Promise<void>; length: number }>();

  /** Nobody stands anywhere. */
  get none(): boolean {
    return this.#lines.size === 0;
  }

  /** How many stand in this line. */
  length(name: string): number {
    return this.#lines.get(name)?.length ?? 0;
  }

  /** Runs `step` when those before it in this line have ended, well or not. */
  stand<T>(name: string, step: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(name) ?? { last: Promise.resolve(), length: 0 };
    this.#lines.set(name, line);
    line.length += 1;
    const done = line.last.then(step);
    const left = (): void => {
      line.length -= 1;
      if (line.length === 0) this.#lines.delete(name);
    };
    line.last = done.then(left, left);
    return done;
  }
}
