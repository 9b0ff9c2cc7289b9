import type { ConversationView, Seq } from '@parley/core';
import { LIMITS } from '@parley/core';
import { toSpeakableText } from '@parley/protocol';
import type { ReplyData, SayOptions, SendOptions, Utterance } from './api.ts';
import type { Clock } from './clock.ts';
import { ParleyError } from './errors.ts';
import { fitsFrame } from './wire-frames.ts';

/** Pieces written within this time leave in one frame: a reader sees no difference, the hub's limits do. */
const GATHER_MS = 20;
/** A piece of this many UTF-16 units fits a frame of 64 KiB, whatever script and escapes. */
const PIECE_CHARACTERS = 8_000;
/** So often in a row the hub may say that it has no more than before; then something else is wrong. */
const REWINDS_MAX = 8;

/** What speech needs of the room that it is said in. */
export interface SpeechRoom {
  readonly clock: Clock;
  /** False while nothing can be sent; {@link Speech.resumed} is called when that changes. */
  readonly live: boolean;
  send(op: string, data: Readonly<Record<string, unknown>>, options?: SendOptions): Promise<ReplyData>;
  /** Sends a piece; it is answered only when refused ({@link LiveUtterance.refused}). */
  sendPiece(stream: number, piece: number, data: Readonly<Record<string, unknown>>): void;
  openStream(utterance: LiveUtterance): number;
  closeStream(stream: number): void;
}

const tooLong = () =>
  new ParleyError({
    code: 'request.too_large',
    message: `an utterance has at most ${LIMITS.speechCharacters} characters`,
  });

export type UtterOptions = Omit<SayOptions, 'final' | 'expectsReply' | 'parts'>;

/**
 * Says a text as one utterance under a grant; one that no single frame holds is streamed. Throws
 * `request.too_large` where it is longer than an utterance may be.
 */
export async function say(
  room: SpeechRoom,
  grant: Seq,
  text: string,
  options: SayOptions,
): Promise<{ readonly utterance: string }> {
  const { signal, final, expectsReply, parts, ...rest } = options;
  const whole = toSpeakableText(text);
  if (whole.length > LIMITS.speechCharacters) throw tooLong();
  const data = { grant, text: whole, ...rest, final, expectsReply, parts };
  // The frame around the data takes less than 1 KiB.
  if (fitsFrame(JSON.stringify(data) + ' '.repeat(1_024))) {
    const reply = await room.send('speech', data, signal && { signal });
    return { utterance: String(reply['utterance']) };
  }
  const utterance = await startUtterance(room, grant, { ...rest, ...(signal && { signal }) });
  utterance.write(whole);
  await utterance.end({
    ...(final === undefined ? {} : { final }),
    ...(expectsReply === undefined ? {} : { expectsReply }),
    ...(parts === undefined ? {} : { parts }),
    ...(signal && { signal }),
  });
  return { utterance: utterance.id };
}

export async function startUtterance(
  room: SpeechRoom,
  grant: Seq,
  { signal, ...data }: UtterOptions,
): Promise<LiveUtterance> {
  const reply = await room.send('speech.start', { grant, ...data }, signal && { signal });
  return new LiveUtterance(room, String(reply['utterance']), grant);
}

/**
 * Speech on its way out. The hub keeps the pieces of an utterance in memory until it ends, so after a
 * restart of the hub, or a lost piece, it says how much it has, and the text is sent again from there.
 */
export class LiveUtterance implements Utterance {
  readonly id: string;
  readonly grant: Seq;
  readonly #room: SpeechRoom;
  readonly #stream: number;
  #text = '';
  /** How much of the text has been sent. */
  #sent = 0;
  /** What cannot be sent alone: half of a surrogate pair, or a carriage return before its newline. */
  #carry = '';
  #pieces = 0;
  /** Refusals of earlier pieces are of no interest: the text has been sent again since. */
  #rewoundAt = 0;
  /** What the hub had at its last refusal, and how often that was no more than the time before. */
  #had = -1;
  #fruitless = 0;
  #over: ParleyError | 'ended' | null = null;
  #cancelFlush: (() => void) | null = null;
  #lastFlush = Number.NEGATIVE_INFINITY;

  constructor(room: SpeechRoom, id: string, grant: Seq) {
    this.#room = room;
    this.id = id;
    this.grant = grant;
    this.#stream = room.openStream(this);
  }

  get text(): string {
    return this.#text;
  }

  /** Whether this much more can be written. */
  fits(text: string): boolean {
    return this.#text.length + this.#carry.length + text.length <= LIMITS.speechCharacters;
  }

  write(text: string): void {
    this.#assertOpen();
    if (!this.fits(text)) throw tooLong();
    const raw = this.#carry + text;
    const keep = /[\r\uD800-\uDBFF]$/.test(raw) ? 1 : 0;
    this.#carry = keep === 0 ? '' : raw.slice(-keep);
    this.#text += toSpeakableText(keep === 0 ? raw : raw.slice(0, -keep));
    this.#flushSoon();
  }

  async end(options: Parameters<Utterance['end']>[0] = {}): Promise<void> {
    this.#assertOpen();
    const { signal, ...rest } = options;
    this.#text += toSpeakableText(this.#carry);
    this.#carry = '';
    this.#flush();
    this.#over = 'ended';
    this.#cancelFlush?.();
    try {
      await this.#sendEnd(rest, signal && { signal });
    } finally {
      this.#room.closeStream(this.#stream);
    }
  }

  /** The floor was lost, or the room: nothing more can be said. */
  cut(error: ParleyError): void {
    if (this.#over !== null) return;
    this.#over = error;
    this.#cancelFlush?.();
    this.#room.closeStream(this.#stream);
  }

  /** Reconnected; `view` says what the hub has of this utterance. */
  resumed(view: ConversationView): void {
    const known = view.speaking.find(({ utterance }) => utterance === this.id);
    // An utterance that is over has left the view, and the event that says so is on its way.
    if (known) this.#rewind(known.text.length);
  }

  /** A piece was not taken. */
  refused(piece: number, error: ParleyError): void {
    if (piece <= this.#rewoundAt) return;
    const have = error.details['have'];
    if (error.code === 'context.conflict' && typeof have === 'number') {
      this.#fruitless = have > this.#had ? 0 : this.#fruitless + 1;
      this.#had = have;
      if (this.#fruitless > REWINDS_MAX) this.cut(error);
      else this.#rewind(have);
    } else if (error.retryable || error.code === 'conversation.paused') {
      // How much arrived is not known now: sent from the start, the hub answers what it has.
      this.#rewoundAt = this.#pieces;
      this.#cancelFlush?.();
      this.#cancelFlush = this.#room.clock.after(error.retryAfterMs ?? 1_000, () => this.#rewind(0));
    } else this.cut(error);
  }

  #rewind(to: number): void {
    this.#rewoundAt = this.#pieces;
    this.#sent = Math.min(to, this.#text.length);
    this.#flush();
  }

  /** The first piece of a moment leaves at once; what follows within {@link GATHER_MS} leaves together. */
  #flushSoon(): void {
    if (this.#cancelFlush) return;
    const waitMs = this.#lastFlush + GATHER_MS - this.#room.clock.now();
    if (waitMs <= 0) this.#flush();
    else this.#cancelFlush = this.#room.clock.after(waitMs, () => this.#flush());
  }

  #flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    if (!this.#room.live) return;
    this.#lastFlush = this.#room.clock.now();
    while (this.#sent < this.#text.length) {
      const offset = this.#sent;
      let end = offset + PIECE_CHARACTERS;
      if (/[\uD800-\uDBFF]/.test(this.#text.charAt(end - 1))) end -= 1;
      const text = this.#text.slice(offset, end);
      this.#sent = offset + text.length;
      this.#pieces += 1;
      this.#room.sendPiece(this.#stream, this.#pieces, { utterance: this.id, text, offset });
    }
  }

  /**
   * The end carries the whole text where a frame holds it, so that the log has what was said even if
   * the last pieces were refused or lost; a longer one is repaired piece by piece first.
   */
  async #sendEnd(data: Readonly<Record<string, unknown>>, options: SendOptions | undefined): Promise<void> {
    const whole = { utterance: this.id, ...data, text: this.#text };
    const fits = fitsFrame(JSON.stringify(whole) + ' '.repeat(1_024));
    if (fits) {
      await this.#room.send('speech.end', whole, options);
      return;
    }
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#room.send('speech.end', { utterance: this.id, ...data }, options);
        return;
      } catch (error) {
        const have = error instanceof ParleyError ? error.details['have'] : undefined;
        if (typeof have !== 'number' || attempt === 3) throw error;
        this.#rewind(have);
      }
    }
  }

  #assertOpen(): void {
    if (this.#over === null) return;
    if (this.#over !== 'ended') throw this.#over;
    throw new ParleyError({ code: 'client.closed', message: 'this utterance has ended already' });
  }
}
