import type { CloseCode } from '@parley/protocol';
import { CLOSE_FAILED, Outbox } from '../delivery/outbox.ts';
import type { Sink } from '../delivery/outbox.ts';
import type { SessionLogger } from '../sessions/parts.ts';
import { Session } from '../sessions/session.ts';
import type { Channel, ChannelContext } from './channel.ts';

/** What happens on a connection within the hub's own process: what a WebSocket's events tell. */
export interface LocalListener {
  open(): void;
  /** One text frame of the hub. */
  message(text: string): void;
  /** Once and last, with the hub's close code or the own one. */
  close(code: number, reason: string): void;
}

/** The client's end of such a connection. The SDK takes it for a transport as it is. */
export interface LocalConnection {
  /** One text frame to the hub. */
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export interface LocalChannel extends Channel {
  connect(listener: LocalListener): LocalConnection;
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
    connect(listener) {
      const end = new LocalEnd(context, listener, () => open.delete(end));
      open.add(end);
      queueMicrotask(() => (stopped ? end.end(4503, 'the hub is stopping') : end.opened()));
      return end;
    },
    async stop() {
      stopped = true;
      for (const end of open) end.end(4503, 'the hub is stopping');
    },
  };
}

class LocalEnd implements LocalConnection {
  readonly #listener: LocalListener;
  readonly #outbox: Outbox;
  readonly #session: Session;
  readonly #forget: () => void;
  readonly #logger: SessionLogger;
  #closed = false;

  constructor(context: ChannelContext, listener: LocalListener, forget: () => void) {
    const { parts, tick, settings } = context;
    this.#listener = listener;
    this.#forget = forget;
    this.#logger = parts.logger;
    this.#outbox = new Outbox(this.#sink(), tick, parts.clock);
    this.#session = new Session(parts, {
      address: 'local',
      outbox: this.#outbox,
      heartbeatMs: settings.heartbeatMs,
      helloMs: settings.helloMs,
      close: (code: CloseCode, reason: string) => this.end(code, reason),
    });
  }

  opened(): void {
    if (!this.#closed) this.#tell(() => this.#listener.open());
  }

  send(text: string): void {
    // In a turn of its own, as from a socket: nobody is called back from within a call.
    queueMicrotask(() => this.#session.receive(text));
  }

  close(code = 1000, reason = ''): void {
    this.end(code, reason);
  }

  end(code: number, reason: string): void {
    if (this.#closed) return;
    this.#outbox.flush();
    // Its listener may have failed on what was left, and been cut off for that.
    if (this.#closed) return;
    this.#outbox.end();
    this.#closed = true;
    this.#session.closed();
    this.#forget();
    this.#tell(() => this.#listener.close(code, reason));
  }

  /** What a listener throws is its own affair: it is cut off, and nobody else hears less for it. */
  #tell(say: () => void): void {
    try {
      say();
    } catch (error) {
      this.#logger.error({ err: error }, 'a listener in this process failed, and is cut off');
      this.end(CLOSE_FAILED, 'the listener failed');
    }
  }

  /** There is no network: what is sent has arrived, and nothing is ever buffered. */
  #sink(): Sink {
    return {
      encode,
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
      if (text !== '' && !this.#closed) this.#tell(() => this.#listener.message(text));
    }
  }
}

const decoder = new TextDecoder();
const encode = (json: string): Uint8Array => Buffer.from(`${json}\n`);
