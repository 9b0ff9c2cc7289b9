/** Turns one JSON text into what a channel writes: a WebSocket message, an SSE event, a line. */
export type FrameEncoder = (json: string) => Uint8Array;

/** One value for each encoder that asks. Nearly always one does; the others have a map. */
export class PerEncoder<T> {
  #encoder: FrameEncoder | null = null;
  #value: T | null = null;
  #others: Map<FrameEncoder, T> | null = null;

  get(encoder: FrameEncoder): T | undefined {
    return this.#encoder === encoder ? (this.#value as T) : this.#others?.get(encoder);
  }

  set(encoder: FrameEncoder, value: T): T {
    if (this.#encoder === null) {
      this.#encoder = encoder;
      this.#value = value;
    } else {
      this.#others ??= new Map();
      this.#others.set(encoder, value);
    }
    return value;
  }
}

/** One JSON text on its way out, encoded once for each kind of channel, however many it is sent to. */
export class Frame {
  readonly json: string;
  readonly #encoded = new PerEncoder<Uint8Array>();

  constructor(json: string) {
    this.json = json;
  }

  bytes(encoder: FrameEncoder): Uint8Array {
    return this.#encoded.get(encoder) ?? this.#encoded.set(encoder, encoder(this.json));
  }
}
