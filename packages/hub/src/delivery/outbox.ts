import type { Millis } from '@parley/core';
import type { Clock } from '../ports/clock.ts';
import { Frame } from './frame.ts';
import type { FrameEncoder } from './frame.ts';
import type { Path, Tick } from './tick.ts';

/** A connection's outgoing end, as a channel gives it. */
export interface Sink {
  /** Writes all chunks, in order, as one write where the channel can. The chunks are shared: never changed. */
  send(chunks: readonly Uint8Array[]): void;
  /** Bytes that were sent and have not left yet. */
  readonly bufferedBytes: number;
  /** Calls `task` whenever everything that was sent has left. */
  onDrain(task: () => void): void;
  close(code: number, reason: string): void;
  readonly encode: FrameEncoder;
  /** Several stored events may come as one `{"batch":[…]}`; true unless said otherwise. */
  readonly acceptsBatches?: boolean;
}

export interface OutboxLimits {
  /** CN-2: above it, events are read from the log later instead of being kept for the reader. */
  readonly maxBufferedBytes: number;
  /** Closed with 4408 when nothing has left for this long while the buffer is full. */
  readonly stalledMs: Millis;
}

export const OUTBOX_LIMITS: OutboxLimits = { maxBufferedBytes: 1024 * 1024, stalledMs: 30_000 };

/** Answers still go to a reader whose buffer is full; who asks on and never reads is closed at this factor. */
const REPLIES_FACTOR = 4;

export const CLOSE_BUFFER_FULL = 4408;
/** As a WebSocket's side says that it met what it cannot handle (RFC 6455). */
export const CLOSE_FAILED = 1011;

/** What events are brought to: an outbox, or something in front of one that holds them back for a moment. */
export type EventOutbox = Pick<
  Outbox,
  'sink' | 'closed' | 'hasRoom' | 'settled' | 'sentBytes' | 'leftBytes' | 'push' | 'whenRoom'
>;

/**
 * What one connection is to be sent, in order. Frames of one turn of the event loop leave in one write.
 * Bounded: it says when it is full ({@link hasRoom}) and whoever has events for it then waits for
 * {@link whenRoom} with a cursor instead of a copy.
 */
export class Outbox {
  readonly sink: Sink;
  readonly #tick: Tick;
  readonly #clock: Clock;
  readonly #limits: OutboxLimits;
  #path: Path | null = null;
  #closed = false;
  #waiters: (() => void)[] = [];
  #sentBytes = 0;
  /** Bytes that had left when the buffer was last seen to move. */
  #leftBytes = 0;
  #cancelWatch: (() => void) | null = null;

  constructor(sink: Sink, tick: Tick, clock: Clock, limits: OutboxLimits = OUTBOX_LIMITS) {
    this.sink = sink;
    this.#tick = tick;
    this.#clock = clock;
    this.#limits = limits;
    sink.onDrain(() => this.#drained());
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** False once what waits passes `maxBufferedBytes`, and when the connection has ended. */
  get hasRoom(): boolean {
    return !this.#closed && this.#pending < this.#limits.maxBufferedBytes;
  }

  /** Everything that was pushed has been handed to the channel: nothing waits for the end of the turn. */
  get settled(): boolean {
    return this.#path === null;
  }

  /** Handed to the channel since the beginning. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** Of {@link sentBytes}, those that the channel has got rid of. */
  get leftBytes(): number {
    return this.#sentBytes - this.sink.bufferedBytes;
  }

  /** A frame for this connection alone, such as the reply to a command. Sent even when the buffer is full. */
  reply(json: string): void {
    this.push(new Frame(json));
    if (this.#pending > this.#limits.maxBufferedBytes * REPLIES_FACTOR) this.#giveUp();
  }

  /** Adds a frame behind all others; nothing happens on a closed connection. */
  push(frame: Frame): void {
    if (this.#closed) return;
    const path = this.#path;
    if (path) {
      path.users -= 1;
      this.#path = path.followedBy(frame);
    } else {
      this.#path = this.#tick.root.followedBy(frame);
      this.#tick.enlist(this);
    }
    this.#path.users += 1;
  }

  /** Resolves when most of the buffer has left, or the connection has ended. */
  whenRoom(): Promise<void> {
    if (this.#closed || this.#pending <= this.#resumeAt) return Promise.resolve();
    this.#watch();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** The connection has ended: nothing more is sent, whoever waits for room goes on. */
  end(): void {
    this.#closed = true;
    this.#path = null;
    this.#cancelWatch?.();
    this.#cancelWatch = null;
    this.#wakeWaiters();
  }

  /** Called by the {@link Tick}. */
  flush(): void {
    const path = this.#path;
    this.#path = null;
    if (!path || this.#closed) return;
    const chunks = path.chunks(this.sink.encode);
    for (const chunk of chunks) this.#sentBytes += chunk.byteLength;
    this.sink.send(chunks);
    if (!this.hasRoom) this.#watch();
    else if (this.#waiters.length > 0) this.#drained();
  }

  /** Called by the {@link Tick} when {@link flush} threw. */
  cutOff(): void {
    this.#giveUp(CLOSE_FAILED, 'the connection failed');
  }

  get #pending(): number {
    return this.sink.bufferedBytes + (this.#path?.characters ?? 0);
  }

  get #resumeAt(): number {
    return this.#limits.maxBufferedBytes / 4;
  }

  #drained(): void {
    if (this.#pending > this.#resumeAt) return;
    this.#cancelWatch?.();
    this.#cancelWatch = null;
    this.#wakeWaiters();
  }

  #wakeWaiters(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }

  /** Looks again and again whether bytes leave, as long as the buffer is full. */
  #watch(): void {
    if (this.#cancelWatch || this.#closed) return;
    this.#leftBytes = this.leftBytes;
    this.#cancelWatch = this.#clock.after(this.#limits.stalledMs, () => {
      this.#cancelWatch = null;
      if (this.#pending <= this.#resumeAt) this.#drained();
      else if (this.leftBytes > this.#leftBytes) this.#watch();
      else this.#giveUp();
    });
  }

  #giveUp(code = CLOSE_BUFFER_FULL, reason = 'outgoing buffer full'): void {
    if (this.#closed) return;
    this.end();
    this.sink.close(code, reason);
  }
}
