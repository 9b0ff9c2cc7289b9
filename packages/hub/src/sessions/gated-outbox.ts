import type { Frame } from '../delivery/frame.ts';
import type { EventOutbox, Sink } from '../delivery/outbox.ts';

/** Events that are kept while an answer is being made; beyond it they are read from the log afterwards. */
const HELD_MAX = 256;

/**
 * An outbox that holds events back until the answer to the join that brought them about is on its way:
 * making that answer takes a look at the log, and what happens meanwhile, ephemeral events included, must
 * come behind it and must not be lost.
 */
export class GatedOutbox implements EventOutbox {
  readonly #outbox: EventOutbox;
  readonly #opened = Promise.withResolvers<void>();
  #held: Frame[] | null = [];
  #shut = false;

  constructor(outbox: EventOutbox) {
    this.#outbox = outbox;
  }

  get sink(): Sink {
    return this.#outbox.sink;
  }

  get closed(): boolean {
    return this.#outbox.closed;
  }

  get hasRoom(): boolean {
    return this.#held ? this.#held.length < HELD_MAX : this.#outbox.hasRoom;
  }

  get settled(): boolean {
    return !this.#held?.length && this.#outbox.settled;
  }

  get sentBytes(): number {
    return this.#outbox.sentBytes;
  }

  get leftBytes(): number {
    return this.#outbox.leftBytes;
  }

  push(frame: Frame): void {
    if (this.#shut) return;
    if (this.#held) this.#held.push(frame);
    else this.#outbox.push(frame);
  }

  async whenRoom(): Promise<void> {
    if (this.#held) await this.#opened.promise;
    return this.#outbox.whenRoom();
  }

  /** There will be no answer, or nobody to hear it: what is held is dropped, and all that comes. */
  shut(): void {
    if (!this.#held) return;
    this.#shut = true;
    this.#held = null;
    this.#opened.resolve();
  }

  open(): void {
    for (const frame of this.#held ?? []) this.#outbox.push(frame);
    this.#held = null;
    this.#opened.resolve();
  }
}
