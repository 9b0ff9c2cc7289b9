import type { Socket } from 'node:net';

/** How a connection carries bytes, in both directions. */
export interface Conditions {
  /** Null for as fast as the machine is. */
  readonly bytesPerSecond: number | null;
  readonly delayMs: number;
}

export const SOUND: Conditions = { bytesPerSecond: null, delayMs: 0 };

/** Bytes of one direction under way; beyond it the sender has to wait, as with a full window of TCP. */
const UNDER_WAY_MAX = 64 * 1024;
/** A slow link passes on what it may in portions of so many milliseconds. */
const PORTION_MS = 20;

/** One proxied connection: a socket to the client, one to the hub, and what lies between them. */
export class Link {
  readonly #client: Socket;
  readonly #hub: Socket;
  readonly #cancels = new Set<() => void>();
  #conditions: Conditions;
  #swallowing = false;
  #over = false;

  constructor(client: Socket, hub: Socket, conditions: Conditions, gone: () => void) {
    this.#client = client;
    this.#hub = hub;
    this.#conditions = conditions;
    this.#carry(client, hub);
    this.#carry(hub, client);
    let open = 2;
    for (const socket of [client, hub]) {
      // Whatever broke, `close` follows, and what is left of the link goes with it.
      socket.on('error', () => socket.destroy());
      socket.once('close', (broken) => {
        // A side that has finished in order is followed by the other once the last of it has passed.
        if (broken) this.#end((other) => other.destroy());
        open -= 1;
        if (open === 0) gone();
      });
    }
  }

  /** Whether bytes can still pass. */
  get alive(): boolean {
    return !this.#over && !this.#swallowing;
  }

  become(conditions: Conditions): void {
    this.#conditions = conditions;
  }

  /** Both ends are told that nothing more comes (FIN). */
  finish(): void {
    this.#end((socket) => socket.end(() => socket.destroy()));
  }

  /**
   * Both ends find their connection gone (RST). Not a side whose FIN is on its way: Node refuses to reset that,
   * and never closes it, so that the process could not end.
   */
  reset(): void {
    this.#end((socket) => {
      const finishing = socket.writableEnded && !socket.writableFinished;
      if (finishing) socket.destroy();
      else socket.resetAndDestroy();
    });
  }

  /** Half open: takes everything and passes on nothing, until it is reset after `ms`. */
  stall(ms: number): void {
    this.#swallowing = true;
    this.#later(ms, () => this.reset());
  }

  #carry(from: Socket, to: Socket): void {
    const waiting: { readonly chunk: Buffer | null; readonly due: number }[] = [];
    let bytes = 0;
    let busy = false;
    const take = (chunk: Buffer | null): void => {
      if (this.#swallowing) return;
      waiting.push({ chunk, due: performance.now() + this.#conditions.delayMs });
      bytes += chunk?.length ?? 0;
      if (bytes >= UNDER_WAY_MAX) from.pause();
      pump();
    };
    const pump = (): void => {
      const next = waiting[0];
      if (busy || !next) return;
      busy = true;
      this.#later(Math.max(0, next.due - performance.now()), () => {
        busy = false;
        waiting.shift();
        if (next.chunk === null) return void to.end();
        // A busy process is late, but a link does not become slower by that.
        const lateMs = Math.max(0, performance.now() - next.due);
        const now = next.chunk.subarray(0, this.#portion(PORTION_MS + lateMs));
        const rest = next.chunk.subarray(now.length);
        if (rest.length > 0) waiting.unshift({ chunk: rest, due: performance.now() + PORTION_MS });
        bytes -= now.length;
        if (!this.#swallowing) to.write(now);
        if (bytes < UNDER_WAY_MAX) from.resume();
        pump();
      });
    };
    from.on('data', take);
    from.on('end', () => take(null));
  }

  /** Bytes that may pass at once for so many milliseconds. */
  #portion(ms: number): number {
    const { bytesPerSecond } = this.#conditions;
    return bytesPerSecond === null ? Infinity : Math.max(1, Math.ceil((bytesPerSecond * ms) / 1_000));
  }

  #end(how: (socket: Socket) => void): void {
    if (this.#over) return;
    this.#over = true;
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
    for (const socket of [this.#client, this.#hub]) if (!socket.destroyed) how(socket);
  }

  #later(ms: number, task: () => void): void {
    if (this.#over) return;
    const timer = setTimeout(() => {
      this.#cancels.delete(cancel);
      task();
    }, ms);
    const cancel = (): void => clearTimeout(timer);
    this.#cancels.add(cancel);
  }
}
