import type { Caller } from '../../sessions/caller.ts';
import type { SessionParts } from '../../sessions/parts.ts';
import { enterOpenCall } from '../http/open-call.ts';

/** Calls that wait for a turn and streams: each is an open connection and counts as one. */
export class OpenCalls {
  readonly #parts: SessionParts;
  #size = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#size;
  }

  /** Refuses with `rate.limited`. Returns how to leave, once. */
  enter(address: string, caller: Caller | null): () => void {
    const leave = enterOpenCall(this.#parts.rates, address, caller);
    this.#size += 1;
    return () => {
      this.#size -= 1;
      leave();
    };
  }
}
