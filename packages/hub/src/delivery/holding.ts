import type { Millis } from '@parley/core';
import type { Clock } from '../ports/clock.ts';
import { BATCH_CHARACTERS, batches } from './batches.ts';
import { Frame } from './frame.ts';
import type { EventOutbox, Sink } from './outbox.ts';
import { Path } from './tick.ts';

/**
 * Events that are held back on purpose to leave together (CS-2, `holdMs`). One timer for all views that
 * hold for equally long; what several of them hold in common is put together once.
 */
export class Holds {
  readonly #clock: Clock;
  readonly #holds = new Map<Millis, Hold>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The hold that is open now, or a new one that ends after `holdMs`. */
  during(holdMs: Millis): Hold {
    const open = this.#holds.get(holdMs);
    if (open) return open;
    const hold = new Hold();
    this.#holds.set(holdMs, hold);
    hold.cancel = this.#clock.after(holdMs, () => {
      this.#holds.delete(holdMs);
      hold.end();
    });
    return hold;
  }

  close(): void {
    for (const hold of this.#holds.values()) hold.cancel();
    this.#holds.clear();
  }
}

class Hold {
  readonly root = new Path(null, null);
  readonly holders = new Set<HoldingOutbox>();
  readonly #together = new Map<Path, readonly Frame[]>();
  cancel: () => void = () => undefined;

  end(): void {
    for (const holder of this.holders) holder.release();
  }

  /** What was gathered on `path` as few frames, the same for everybody who gathered it. */
  framesOf(path: Path): readonly Frame[] {
    const known = this.#together.get(path);
    if (known) return known;
    const gathered = path.frames();
    const texts = batches(
      gathered.map(({ json }) => json),
      true,
    );
    const frames = texts.length === gathered.length ? gathered : texts.map((text) => new Frame(text));
    this.#together.set(path, frames);
    return frames;
  }
}

/** An outbox that gathers events for a while before they go on, in order and as few frames. */
export class HoldingOutbox implements EventOutbox {
  readonly #outbox: EventOutbox;
  readonly #holds: Holds;
  readonly #holdMs: Millis;
  #hold: Hold | null = null;
  #path: Path | null = null;

  constructor(outbox: EventOutbox, holds: Holds, holdMs: Millis) {
    this.#outbox = outbox;
    this.#holds = holds;
    this.#holdMs = holdMs;
  }

  get sink(): Sink {
    return this.#outbox.sink;
  }

  get closed(): boolean {
    return this.#outbox.closed;
  }

  get hasRoom(): boolean {
    return this.#outbox.hasRoom;
  }

  get settled(): boolean {
    return this.#path === null && this.#outbox.settled;
  }

  get sentBytes(): number {
    return this.#outbox.sentBytes;
  }

  get leftBytes(): number {
    return this.#outbox.leftBytes;
  }

  push(frame: Frame): void {
    if (!this.#hold) {
      this.#hold = this.#holds.during(this.#holdMs);
      this.#hold.holders.add(this);
    }
    this.#path = (this.#path ?? this.#hold.root).followedBy(frame);
    // As much as one frame takes: waiting longer would save nothing.
    if (this.#path.characters >= BATCH_CHARACTERS) this.release();
  }

  whenRoom(): Promise<void> {
    return this.#outbox.whenRoom();
  }

  /** What is held goes on now. */
  release(): void {
    const { sink } = this.#outbox;
    const [hold, path] = [this.#hold, this.#path];
    this.#hold = null;
    this.#path = null;
    if (!hold || !path) return;
    hold.holders.delete(this);
    const frames = (sink.acceptsBatches ?? true) ? hold.framesOf(path) : path.frames();
    for (const frame of frames) this.#outbox.push(frame);
  }
}
