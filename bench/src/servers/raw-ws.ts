/**
 * The baseline: nothing but `ws`, telling everybody the bytes it was given as an argument for each command
 * it gets, and answering the sender. Three ways, from what one would write first to what is possible:
 *
 * - `plain`       `socket.send` for each recipient
 * - `preframed`   the frame is built once and written to each socket
 * - `coalesced`   as preframed, and all frames of one turn of the event loop go to a socket in one write
 */
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { announceReady, answerMemory, endWithParent } from './ready.ts';

const [mode, sample] = process.argv.slice(2);
if (!mode || !sample) throw new Error('usage: raw-ws.ts plain|preframed|coalesced <payload>');

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
const raw = new Map<WebSocket, Duplex>();
const pending: Buffer[] = [];

server.on('connection', (socket, request) => {
  request.socket.setNoDelay(true);
  // Connections that come and go beside those that are measured.
  if (request.url === '/quiet') return;
  raw.set(socket, request.socket);
  socket.on('close', () => raw.delete(socket));
  socket.on('message', (data) => {
    const { id } = JSON.parse(data.toString()) as { id: string };
    broadcast();
    socket.send(JSON.stringify({ re: id, ok: true, seq: 1, data: { utterance: 'utt_1' } }));
  });
});

function broadcast(): void {
  if (mode === 'plain') {
    for (const socket of raw.keys()) socket.send(sample!);
    return;
  }
  const bytes = frame(sample!);
  if (mode === 'preframed') {
    for (const socket of raw.values()) socket.write(bytes);
    return;
  }
  pending.push(bytes);
  if (pending.length === 1) setImmediate(flush);
}

function flush(): void {
  const bytes = pending.length === 1 ? pending[0]! : Buffer.concat(pending);
  pending.length = 0;
  for (const socket of raw.values()) socket.write(bytes);
}

/** A whole text frame of a server: not masked, not compressed. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const header = payload.length < 126 ? Buffer.alloc(2) : Buffer.alloc(4);
  header[0] = 0x81;
  if (payload.length < 126) header[1] = payload.length;
  else {
    if (payload.length > 65_535) throw new RangeError('the baseline frames at most 65 535 bytes');
    header[1] = 126;
    header.writeUInt16BE(payload.length, 2);
  }
  return Buffer.concat([header, payload]);
}

answerMemory();
server.on('listening', () => announceReady((server.address() as AddressInfo).port));
endWithParent(() => server.close());
