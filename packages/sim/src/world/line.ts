import type { Sink, SimulatedClock } from '@parley/hub/testing';
import type { Wire, WireListener } from '../clients/surroundings.ts';
import type { Random } from '../random.ts';

/** The hub's end of a line. */
export interface HubEnd {
  receive(text: string): void;
  /** The connection is gone, as far as the hub can tell. */
  closed(): void;
}

/** How long frames take, each way, in ms. */
export interface LineTerms {
  readonly delayMs: readonly [number, number];
  /** How long each end takes to notice that nothing comes any more. */
  readonly unnoticedMs: number;
}

const decoder = new TextDecoder();

/**
 * One connection between a client and the hub, with its two directions in order and everything that can
 * happen to a connection: delay, a reader that does not read, a cut with frames in flight, silence that
 * neither end notices for a while, and frames of an end that is gone arriving late.
 */
export class Line implements Wire {
  readonly #clock: SimulatedClock;
  readonly #random: Random;
  readonly #terms: LineTerms;
  readonly #client: WireListener;
  #hub: HubEnd | null = null;
  #clientOver = false;
  #hubOver = false;
  /** Nothing arrives any more, either way. */
  #severed = false;
  #stalled = false;
  /** More for each frame while it lasts. */
  extraMs = 0;
  #upUntil = 0;
  #downUntil = 0;
  #buffer: Uint8Array[] = [];
  #buffered = 0;
  readonly #drained: (() => void)[] = [];

  constructor(clock: SimulatedClock, random: Random, terms: LineTerms, client: WireListener) {
    this.#clock = clock;
    this.#random = random;
    this.#terms = terms;
    this.#client = client;
  }

  get open(): boolean {
    return !this.#clientOver && !this.#severed;
  }

  /** Nobody is at the other end. */
  refuse(): void {
    this.#severed = true;
    this.#tellClient(this.#delay());
  }

  /** The hub has taken the connection; the client hears of it after a while. */
  accept(hub: HubEnd): void {
    this.#hub = hub;
    this.#down(() => this.#client.open());
  }

  send(text: string): void {
    if (this.#clientOver || this.#severed) return;
    this.#upUntil = Math.max(this.#upUntil, this.#now + this.#delay());
    this.#clock.after(this.#upUntil - this.#now, () => {
      if (!this.#severed && !this.#hubOver) this.#hub?.receive(text);
    });
  }

  /** The client ends it. What it has sent arrives before its end does. */
  close(): void {
    if (this.#clientOver) return;
    this.#tellClient(0);
    this.#upUntil = Math.max(this.#upUntil, this.#now + this.#delay());
    this.#clock.after(this.#upUntil - this.#now, () => this.#endHub());
  }

  /** The hub ends it. What it has sent arrives first, unless the client does not read. */
  end(): void {
    if (this.#hubOver) return;
    this.#hubOver = true;
    this.#hub?.closed();
    this.#down(() => this.#tellClient(0));
  }

  /** Both ends hear of it, each in its own time; what was in flight is lost. */
  cut(): void {
    if (this.#severed) return;
    this.#severed = true;
    this.#tellClient(this.#delay());
    this.#clock.after(this.#delay(), () => this.#endHub());
  }

  /** The process at the hub's end is gone: the client hears of it, nobody is left to hear the rest. */
  die(): void {
    this.#hubOver = true;
    this.cut();
  }

  /** Nothing arrives any more and nobody is told; both ends find out when nothing came for long enough. */
  silence(): void {
    if (this.#severed) return;
    this.#severed = true;
    const noticed = (): number => this.#random.integer(this.#terms.unnoticedMs / 2, this.#terms.unnoticedMs);
    this.#tellClient(noticed());
    this.#clock.after(noticed(), () => this.#endHub());
  }

  /** The client is done with it at once; its frames go on arriving late, beside those of its next connection. */
  straggle(ms: number): void {
    if (this.#clientOver || this.#severed) return;
    this.#tellClient(0);
    this.#clock.after(ms, () => {
      this.#severed = true;
      this.#endHub();
    });
  }

  /** The client does not read: what the hub sends stays in its buffer. */
  stall(): void {
    this.#stalled = true;
  }

  flow(): void {
    this.#stalled = false;
    this.#flush();
  }

  /** What the hub's outbox writes to. */
  get sink(): Sink {
    const buffered = (): number => this.#buffered;
    return {
      encode: (json) => Buffer.from(`${json}\n`),
      get bufferedBytes() {
        return buffered();
      },
      onDrain: (task) => void this.#drained.push(task),
      send: (chunks) => {
        if (this.#hubOver) return;
        for (const chunk of chunks) {
          this.#buffer.push(chunk);
          this.#buffered += chunk.byteLength;
        }
        if (!this.#stalled && !this.#severed) this.#flush();
      },
      close: () => this.end(),
    };
  }

  #flush(): void {
    const sent = this.#buffer;
    this.#buffer = [];
    this.#buffered = 0;
    for (const chunk of sent) this.#down(() => this.#deliver(chunk));
    if (sent.length > 0 && !this.#hubOver) for (const task of this.#drained) task();
  }

  #deliver(chunk: Uint8Array): void {
    for (const text of decoder.decode(chunk).split('\n')) {
      if (text !== '' && !this.#clientOver) this.#client.message(text);
    }
  }

  /** In order, after what was sent before. */
  #down(task: () => void): void {
    this.#downUntil = Math.max(this.#downUntil, this.#now + this.#delay());
    this.#clock.after(this.#downUntil - this.#now, () => {
      if (!this.#severed) task();
    });
  }

  #tellClient(ms: number): void {
    this.#clock.after(ms, () => {
      if (this.#clientOver) return;
      this.#clientOver = true;
      this.#client.close();
    });
  }

  #endHub(): void {
    if (this.#hubOver) return;
    this.#hubOver = true;
    this.#hub?.closed();
  }

  #delay(): number {
    return this.#random.integer(...this.#terms.delayMs) + this.extraMs;
  }

  /** On an axis that jumps of the clock do not move. */
  get #now(): number {
    return this.#clock.steady;
  }
}
