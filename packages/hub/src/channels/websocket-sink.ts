import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { Sink } from '../delivery/outbox.ts';

/*
 * The one file that writes to a WebSocket's TCP socket past `ws`. An event goes to a thousand members as
 * the same bytes, so it is framed once, and everything that one turn of the event loop has for a socket
 * goes out in one write: several times faster than `send` for each (quality.md, Speed).
 *
 * That is safe because of what was switched off: without compression `ws` writes each frame whole and at
 * once when it is told to (a ping, a pong, a close), keeps no queue of its own that our bytes could
 * overtake, and frames from a server are not masked, so a frame does not depend on its connection. After
 * the closing handshake began no data frame may follow, so nothing is written unless the state is OPEN.
 */

/** A text frame as a server sends it (RFC 6455, 5.2): final, unmasked. */
export function frameOf(json: string): Buffer {
  const length = Buffer.byteLength(json);
  if (length < 126) {
    const frame = Buffer.allocUnsafe(2 + length);
    frame[0] = 0x81;
    frame[1] = length;
    frame.write(json, 2);
    return frame;
  }
  if (length < 65_536) {
    const frame = Buffer.allocUnsafe(4 + length);
    frame[0] = 0x81;
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
    frame.write(json, 4);
    return frame;
  }
  const frame = Buffer.allocUnsafe(10 + length);
  frame[0] = 0x81;
  frame[1] = 127;
  frame.writeBigUInt64BE(BigInt(length), 2);
  frame.write(json, 10);
  return frame;
}

/** A WebSocket as delivery writes to it. */
export class WebSocketSink implements Sink {
  readonly encode = frameOf;
  readonly #ws: WebSocket;
  readonly #socket: Socket;

  constructor(ws: WebSocket, socket: Socket) {
    this.#ws = ws;
    this.#socket = socket;
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  send(chunks: readonly Uint8Array[]): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    if (chunks.length === 1) {
      this.#socket.write(chunks[0]!);
      return;
    }
    // Corked chunks leave in one `writev`.
    this.#socket.cork();
    for (const chunk of chunks) this.#socket.write(chunk);
    this.#socket.uncork();
  }

  onDrain(task: () => void): void {
    this.#socket.on('drain', task);
  }

  close(code: number, reason: string): void {
    // RFC 6455 leaves 123 bytes for a reason.
    this.#ws.close(code, reason.slice(0, 120));
  }
}
