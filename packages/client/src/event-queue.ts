import { ParleyError } from './errors.ts';

/**
 * Events between a room, which does not wait, and one reader, which may be slow. Holds at most
 * `limit`: beyond that the reader gets what is held, and then an error, never a silent hole.
 */
export class EventQueue<T> implements AsyncIterableIterator<T> {
  readonly #limit: number;
  readonly #onEnd: () => void;
  #held: T[] = [];
  #ended: { readonly error: unknown } | null = null;
  #waiting: PromiseWithResolvers<IteratorResult<T>>[] = [];

  constructor(limit: number, onEnd: () => void) {
    this.#limit = limit;
    this.#onEnd = onEnd;
  }

  push(value: T): void {
    if (this.#ended) return;
    const reader = this.#waiting.shift();
    if (reader) reader.resolve({ done: false, value });
    else if (this.#held.length < this.#limit) this.#held.push(value);
    else {
      this.end(
        new ParleyError({
          code: 'client.buffer_overflow',
          message: `the reader is more than ${this.#limit} events behind`,
          details: { limit: this.#limit },
        }),
      );
    }
  }

  /** What is held can still be read; after it comes the error, or the end where there is none. */
  end(error: unknown = null): void {
    if (this.#ended) return;
    this.#ended = { error };
    this.#onEnd();
    for (const reader of this.#waiting.splice(0)) this.#finish(reader);
  }

  next(): Promise<IteratorResult<T>> {
    const reader = Promise.withResolvers<IteratorResult<T>>();
    if (this.#held.length > 0) reader.resolve({ done: false, value: this.#held.shift() as T });
    else if (this.#ended) this.#finish(reader);
    else this.#waiting.push(reader);
    return reader.promise;
  }

  return(): Promise<IteratorResult<T>> {
    this.#held = [];
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The error is thrown once; after it the iterator is just over. */
  #finish(reader: PromiseWithResolvers<IteratorResult<T>>): void {
    const error = this.#ended?.error ?? null;
    this.#ended = { error: null };
    if (error === null) reader.resolve({ done: true, value: undefined });
    else reader.reject(error);
  }
}
