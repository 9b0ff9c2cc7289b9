import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** A payload that is good only during the call: it lies in a buffer that all connections share. */
type OnText = (payload: Buffer) => void;

export interface WireAddress {
  readonly port: number;
  readonly path: string;
  readonly subprotocol?: string;
}

const CLOSE = 8;
const PING = 9;
const PONG = 10;
const TEXT = 1;

/**
 * A WebSocket client that costs next to nothing, so that a thousand of them on one core do not become
 * what is measured: it reads into one shared buffer, walks frame headers, and hands payloads over as they
 * lie. It talks to 127.0.0.1 only, and neither compresses nor fragments. The mask that clients must use is
 * all zeros, which servers undo like any other.
 */
export class WireSocket {
  readonly closed: Promise<{ code: number }>;
  onText: OnText = () => {};
  readonly #socket: Socket;
  /** The start of a frame whose rest has not arrived. */
  #rest: Buffer | null = null;
  #closeCode = 1006;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', () => resolve({ code: this.#closeCode }));
    });
    socket.on('error', () => socket.destroy());
  }

  /** Connects and shakes hands. Rejects where the server does not upgrade. */
  static open(address: WireAddress): Promise<WireSocket> {
    return new Promise((resolve, reject) => {
      let wire: WireSocket | null = null;
      let head = '';
      const socket = connect({
        port: address.port,
        host: '127.0.0.1',
        noDelay: true,
        onread: {
          buffer: SHARED_BUFFER,
          callback: (length, buffer) => {
            const chunk = Buffer.from(buffer.buffer, buffer.byteOffset, length);
            if (wire) wire.#read(chunk);
            else shakeHands(chunk);
            return true;
          },
        },
      });
      const shakeHands = (chunk: Buffer): void => {
        head += chunk.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!head.startsWith('HTTP/1.1 101')) {
          socket.destroy();
          return reject(new Error(`no upgrade: ${head.slice(0, head.indexOf('\r\n'))}`));
        }
        wire = new WireSocket(socket);
        socket.removeListener('error', reject);
        resolve(wire);
        const early = Buffer.from(head.slice(end + 4), 'latin1');
        if (early.length > 0) queueMicrotask(() => wire!.#read(early));
      };
      socket.once('error', reject);
      socket.once('connect', () => socket.write(upgradeRequest(address)));
    });
  }

  send(text: string): void {
    this.#write(TEXT, Buffer.from(text));
  }

  /** Reads nothing more; what comes waits in the system's buffers, and then at the server. */
  pause(): void {
    this.#socket.pause();
  }

  /** Ends the connection without a closing handshake. */
  destroy(): void {
    this.#socket.destroy();
  }

  #write(opcode: number, payload: Buffer): void {
    const extra = payload.length < 126 ? 0 : payload.length < 65_536 ? 2 : 8;
    const frame = Buffer.alloc(2 + extra + 4 + payload.length);
    frame[0] = 0x80 | opcode;
    if (extra === 0) frame[1] = 0x80 | payload.length;
    else if (extra === 2) {
      frame[1] = 0x80 | 126;
      frame.writeUInt16BE(payload.length, 2);
    } else {
      frame[1] = 0x80 | 127;
      frame.writeBigUInt64BE(BigInt(payload.length), 2);
    }
    payload.copy(frame, 2 + extra + 4);
    this.#socket.write(frame);
  }

  #read(chunk: Buffer): void {
    const data = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    while (data.length - at >= 2) {
      const short = data[at + 1]! & 0x7f;
      const extra = short < 126 ? 0 : short === 126 ? 2 : 8;
      if (data.length - at < 2 + extra) break;
      const length =
        extra === 0 ? short : extra === 2 ? data.readUInt16BE(at + 2) : Number(data.readBigUInt64BE(at + 2));
      const start = at + 2 + extra;
      if (data.length < start + length) break;
      this.#take(data[at]! & 0x0f, data.subarray(start, start + length));
      at = start + length;
    }
    this.#rest = at < data.length ? Buffer.from(data.subarray(at)) : null;
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === TEXT) return this.onText(payload);
    if (opcode === PING) return this.#write(PONG, payload);
    if (opcode === CLOSE) {
      if (payload.length >= 2) this.#closeCode = payload.readUInt16BE(0);
      this.#socket.destroy();
    }
  }
}

/** Sockets are read one at a time and payloads are used up at once, so one buffer serves them all. */
const SHARED_BUFFER = Buffer.alloc(256 * 1024);

function upgradeRequest({ port, path, subprotocol }: WireAddress): string {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ...(subprotocol ? [`Sec-WebSocket-Protocol: ${subprotocol}`] : []),
    '\r\n',
  ].join('\r\n');
}
