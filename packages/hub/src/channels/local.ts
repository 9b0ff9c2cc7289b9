import type { CloseCode } from '@parley/protocol';
import { Outbox } from '../delivery/outbox.ts';
import type { Sink } from '../delivery/outbox.ts';
import { Session } from '../sessions/session.ts';
import type { Channel, ChannelContext } from './channel.ts';

/** One end of a connection within the hub's own process, shaped like a WebSocket. */
export interface LocalConnection {
  /** One text frame to the hub. */
  send(text: string): void;
  /** Called with each text frame of the hub, in order. */
  onMessage(listener: (text: string) => void): void;
  /** Called once, with the hub's close code or the own one. */
  onClose(listener: (code: number, reason: string) => void): void;
  close(code?: number, reason?: string): void;
}

export interface LocalChannel extends Channel {
  connect(): LocalConnection;
}

/** Agents in the hub's own process use the same frames, limits and rules as everybody else (CN-1). */
export function openLocal(context: ChannelContext): LocalChannel {
  const open = new Set<LocalEnd>();
  let stopped = false;
  return {
    get connections() {
      return open.size;
    },
    bufferedBytes: 0,
    connect() {
      const end = new LocalEnd(context, () => open.delete(end));
      open.add(end);
      if (stopped) end.end(4503, 'the hub is stopping');
      return end;
    },
    async stop() {
      stopped = true;
      for (const end of open) end.end(4503, 'the hub is stopping');
    },
  };
}

class LocalEnd implements LocalConnection {
  readonly #outbox: Outbox;
  readonly #session: Session;
  readonly #forget: () => void;
  #listener: ((text: string) => void) | null = null;
  #closeListener: ((code: number, reason: string) => void) | null = null;
  /** Frames from before anybody listened. */
  #early: string[] = [];
  #closedWith: { code: number; reason: string } | null = null;

  constructor(context: ChannelContext, forget: () => void) {
    const { parts, tick, settings } = context;
    this.#forget = forget;
    this.#outbox = new Outbox(this.#sink(), tick, parts.clock);
    this.#session = new Session(parts, {
      address: 'local',
      outbox: this.#outbox,
      heartbeatMs: settings.heartbeatMs,
      helloMs: settings.helloMs,
      close: (code: CloseCode, reason: string) => this.end(code, reason),
    });
  }

  send(text: string): void {
    // In a turn of its own, as from a socket: nobody is called back from within a call.
    queueMicrotask(() => this.#session.receive(text));
  }

  onMessage(listener: (text: string) => void): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const text of early) listener(text);
  }

  onClose(listener: (code: number, reason: string) => void): void {
    this.#closeListener = listener;
    if (this.#closedWith) listener(this.#closedWith.code, this.#closedWith.reason);
  }

  close(code = 1000, reason = ''): void {
    this.end(code, reason);
  }

  end(code: number, reason: string): void {
    if (this.#closedWith) return;
    this.#outbox.flush();
    this.#outbox.end();
    this.#closedWith = { code, reason };
    this.#session.closed();
    this.#forget();
    this.#closeListener?.(code, reason);
  }

  /** What is sent has arrived: there is no network, so nothing is ever buffered once somebody listens. */
  #sink(): Sink {
    return {
      encode,
      acceptsBatches: true,
      bufferedBytes: 0,
      onDrain: () => undefined,
      send: (chunks) => {
        for (const chunk of chunks) this.#deliver(chunk);
      },
      close: (code, reason) => this.end(code, reason),
    };
  }

  /** Several frames can come as one chunk: each ends with a line break, which JSON never contains. */
  #deliver(chunk: Uint8Array): void {
    for (const text of decoder.decode(chunk).split('\n')) {
      if (text === '') continue;
      if (this.#listener) this.#listener(text);
      else this.#early.push(text);
    }
  }
}

const decoder = new TextDecoder();
const encode = (json: string): Uint8Array => Buffer.from(`${json}\n`);
