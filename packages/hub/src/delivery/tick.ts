import type { Frame, FrameEncoder } from './frame.ts';
import { PerEncoder } from './frame.ts';
import type { Logger } from '../host/options.ts';
import { silent } from '../host/options.ts';
import type { Scheduler } from '../host/turns.ts';

/**
 * What an outbox has to send in this turn: a path in a tree of frames that all outboxes of a {@link Tick}
 * share. Outboxes that were given the same frames stand at the same node, so those are put together once
 * and written to each of them in one piece.
 */
export class Path {
  readonly #parent: Path | null;
  readonly #frame: Frame | null;
  /** Outboxes that end here and will be flushed. */
  users = 0;
  readonly depth: number;
  /** Of all frames on the path, in UTF-16 code units. */
  readonly characters: number;
  #lastChild: Path | null = null;
  #children: Map<Frame, Path> | null = null;
  readonly #chunks = new PerEncoder<readonly Uint8Array[]>();

  constructor(parent: Path | null, frame: Frame | null) {
    this.#parent = parent;
    this.#frame = frame;
    this.depth = parent ? parent.depth + 1 : 0;
    this.characters = (parent?.characters ?? 0) + (frame?.json.length ?? 0);
  }

  /** The path with one more frame at its end. */
  followedBy(frame: Frame): Path {
    const last = this.#lastChild;
    if (last && last.#frame === frame) return last;
    const known = this.#children?.get(frame);
    const next = known ?? new Path(this, frame);
    if (!known && last) {
      this.#children ??= new Map([[last.#frame!, last]]);
      this.#children.set(frame, next);
    }
    this.#lastChild = next;
    return next;
  }

  /** The bytes to write: joined where several outboxes write the same, as they are where only one does. */
  chunks(encoder: FrameEncoder): readonly Uint8Array[] {
    const known = this.#chunks.get(encoder);
    if (known) return known;
    const chunks = this.frames().map((frame) => frame.bytes(encoder));
    const shared = this.users > 1 && chunks.length > 1;
    return this.#chunks.set(encoder, shared ? [Buffer.concat(chunks)] : chunks);
  }

  /** From the first to the last. */
  frames(): Frame[] {
    const frames: Frame[] = [];
    let frame = this.#frame;
    let parent = this.#parent;
    for (; frame && parent; frame = parent.#frame, parent = parent.#parent) frames.push(frame);
    return frames.reverse();
  }
}

/** Something that gathers frames during a turn of the event loop. */
export interface Flushable {
  flush(): void;
  /** Its flush threw: how much of it has left nobody knows, so nothing more may follow. */
  cutOff(): void;
}

/**
 * Gathers everything that is sent in one turn of the event loop, so that each socket is written to once
 * (quality.md: five times the deliveries of a write per frame).
 */
export class Tick {
  readonly #schedule: Scheduler;
  readonly #logger: Logger;
  #waiting: Flushable[] = [];
  #root = new Path(null, null);

  constructor(schedule: Scheduler = setImmediate, logger: Logger = silent) {
    this.#schedule = schedule;
    this.#logger = logger;
  }

  /** Where an outbox begins that has nothing to send yet. */
  get root(): Path {
    return this.#root;
  }

  /** Has `outbox` flushed at the end of this turn. */
  enlist(outbox: Flushable): void {
    if (this.#waiting.push(outbox) === 1) this.#schedule(() => this.#flush());
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#root = new Path(null, null);
    for (const outbox of waiting) {
      try {
        outbox.flush();
      } catch (error) {
        this.#logger.error({ err: error }, 'a connection could not be written to, and is cut off');
        this.#cutOff(outbox);
      }
    }
  }

  #cutOff(outbox: Flushable): void {
    try {
      outbox.cutOff();
    } catch (error) {
      this.#logger.warn({ err: error }, 'a connection that failed could not be closed');
    }
  }
}
