import type { Sink } from '../../delivery/outbox.ts';

/** A frame of the hub, as it was encoded. */
export interface EventFrame {
  readonly event: string;
  readonly seq?: number;
  readonly after?: number;
  /** Ahead of what its recipient has missed (CS-3). */
  readonly early?: true;
  readonly at: string;
  readonly by?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const encode = (json: string): Uint8Array => Buffer.from(`${json}\n`);
const decoder = new TextDecoder();

/**
 * Between delivery, which pushes, and an answer that is written as fast as its reader takes it. What waits
 * here counts as buffered, so a slow reader costs a cursor into the log and no memory (CN-2).
 */
export class EventQueue implements Sink {
  readonly encode = encode;
  readonly acceptsBatches = false;
  readonly #waiting: { readonly json: string; readonly bytes: number }[] = [];
  readonly #drained: (() => void)[] = [];
  #bytes = 0;
  #poked = false;
  #ended = false;
  #wake: () => void = () => undefined;

  get bufferedBytes(): number {
    return this.#bytes;
  }

  send(chunks: readonly Uint8Array[]): void {
    if (this.#ended) return;
    for (const chunk of chunks) {
      // Several frames can come as one chunk: each ends with a line break, which JSON never contains.
      for (const json of decoder.decode(chunk).split('\n')) {
        if (json === '') continue;
        const bytes = json.length;
        this.#bytes += bytes;
        this.#waiting.push({ json, bytes });
      }
    }
    this.#wake();
  }

  onDrain(task: () => void): void {
    this.#drained.push(task);
  }

  /** What is here still comes out; then it is over. A reader that was too slow resubscribes. */
  close(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Nothing more comes out. */
  abort(): void {
    this.#waiting.length = 0;
    this.#bytes = 0;
    this.close();
  }

  /** Has {@link next} return without a frame. */
  poke(): void {
    this.#poked = true;
    this.#wake();
  }

  /** The next frame, when there is one; null when it is over. */
  async next(): Promise<EventFrame | 'poke' | null> {
    for (;;) {
      if (this.#poked) {
        this.#poked = false;
        return 'poke';
      }
      const first = this.#waiting.shift();
      if (first) {
        this.#bytes -= first.bytes;
        return JSON.parse(first.json) as EventFrame;
      }
      if (this.#ended) return null;
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      // Whoever waits for room may push at once: listening comes first.
      for (const task of this.#drained) task();
      await woken;
    }
  }
}
