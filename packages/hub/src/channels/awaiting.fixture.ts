/** Longer than anything that comes at all takes, also while the machine is busy with other tests. */
const PATIENCE_MS = 5_000;

/** Something that changes by itself, and can be waited for. */
export abstract class Awaiting {
  readonly #waiting = new Set<() => void>();

  /** What has been seen so far, for the message of a wait that was in vain. */
  protected abstract seen(): string;

  /** To be called after every change. */
  protected changed(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** The first thing that `find` finds in what is there and what comes within five seconds. */
  until<T>(what: string, find: () => T | undefined | null | false): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = find();
        if (found === undefined || found === null || found === false) return;
        done();
        resolve(found);
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`no ${what}; ${this.seen()}`));
      }, PATIENCE_MS);
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }
}
