/** Functions to be told something. One that throws is reported, and the others are told all the same. */
export class Listeners<T> {
  readonly #functions = new Set<{ readonly fn: (value: T) => void }>();
  readonly #report: (error: unknown) => void;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** The same function twice is told twice; the answer takes this one away. */
  add(fn: (value: T) => void): () => void {
    const entry = { fn };
    this.#functions.add(entry);
    return () => {
      this.#functions.delete(entry);
    };
  }

  tell(value: T): void {
    for (const { fn } of [...this.#functions]) {
      try {
        fn(value);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}
