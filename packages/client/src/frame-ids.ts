/**
 * Frame ids are idempotency keys, and a participant may speak through several programs in turn: so
 * every instance draws a prefix that nobody can guess or meet by chance (128 bits).
 */
export class FrameIds {
  readonly #prefix: string;
  #next = 0;

  constructor(randomBytes: (into: Uint8Array<ArrayBuffer>) => void = (into) => crypto.getRandomValues(into)) {
    const bytes = new Uint8Array(16);
    randomBytes(bytes);
    this.#prefix = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  next(): string {
    this.#next += 1;
    return `${this.#prefix}.${this.#next}`;
  }

  /**
   * The id of a piece of streamed speech. Such frames are only answered when refused, so nothing is
   * kept for them: the id itself says which utterance and which piece it was.
   */
  piece(stream: number, piece: number): string {
    return `${this.#prefix}.d${stream}.${piece}`;
  }

  parsePiece(id: string): { readonly stream: number; readonly piece: number } | null {
    if (!id.startsWith(`${this.#prefix}.d`)) return null;
    const [stream, piece] = id
      .slice(this.#prefix.length + 2)
      .split('.')
      .map(Number);
    return stream === undefined || piece === undefined ? null : { stream, piece };
  }
}
