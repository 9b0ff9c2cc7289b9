import type { Frame } from './frame.ts';
import type { EventOutbox, Sink } from './outbox.ts';

/** How much may wait behind a full outbox. */
export interface WaitingLimits {
  readonly events: number;
  readonly characters: number;
}

/**
 * The newest few seconds of a lively conversation, and a quarter of an outbox, so that it leaves in one go
 * when there is room again.
 */
export const WAITING_LIMITS: WaitingLimits = { events: 256, characters: 256 * 1024 };

/**
 * CS-4: an outbox in front of which the newest events wait while it is full. The oldest of them go, and
 * their number is told before the next one that is sent. It stays in front of its outbox also when the view
 * is kept on other terms, so that what waits keeps its place.
 */
export class DroppingOutbox implements EventOutbox {
  readonly #outbox: EventOutbox;
  readonly #told: (count: number) => Frame;
  readonly #limits: WaitingLimits;
  /**
   * Whether the oldest go. Otherwise all of them wait, which are no more than an outbox takes: whoever has
   * further events asks for room first.
   */
  drops = true;
  #waiting: Frame[] = [];
  #characters = 0;
  #dropped = 0;
  #draining = false;

  /** `told` makes the frame that tells how many were dropped. */
  constructor(outbox: EventOutbox, told: (count: number) => Frame, limits = WAITING_LIMITS) {
    this.#outbox = outbox;
    this.#told = told;
    this.#limits = limits;
  }

  get sink(): Sink {
    return this.#outbox.sink;
  }

  get closed(): boolean {
    return this.#outbox.closed;
  }

  get hasRoom(): boolean {
    return this.#waiting.length === 0 && this.#outbox.hasRoom;
  }

  get settled(): boolean {
    return this.#waiting.length === 0 && this.#outbox.settled;
  }

  get sentBytes(): number {
    return this.#outbox.sentBytes;
  }

  get leftBytes(): number {
    return this.#outbox.leftBytes;
  }

  push(frame: Frame): void {
    if (this.hasRoom) return this.#outbox.push(frame);
    if (this.closed) return undefined;
    this.#waiting.push(frame);
    this.#characters += frame.json.length;
    while (
      this.drops &&
      this.#waiting.length > 1 &&
      (this.#waiting.length > this.#limits.events || this.#characters > this.#limits.characters)
    ) {
      this.#characters -= this.#waiting.shift()!.json.length;
      this.#dropped += 1;
    }
    if (!this.#draining) void this.whenRoom();
    return undefined;
  }

  /** What waits has gone on, and there is room for more; or the connection has ended. */
  async whenRoom(): Promise<void> {
    this.#draining = true;
    await this.#outbox.whenRoom();
    this.#draining = false;
    if (this.#waiting.length > 0 && this.#dropped > 0) this.#outbox.push(this.#told(this.#dropped));
    for (const frame of this.#waiting) this.#outbox.push(frame);
    this.#waiting = [];
    this.#characters = 0;
    this.#dropped = 0;
  }
}
