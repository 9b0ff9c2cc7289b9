/**
 * The other baseline: Socket.IO over WebSocket, with rooms, telling a room an event of the size it was
 * given as an argument for each command it gets, and acknowledging. Nothing is durable.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { announceReady, endWithParent } from './ready.ts';

const sample = JSON.parse(process.argv[2] ?? '{}') as Record<string, unknown>;

const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  perMessageDeflate: false,
  // The light client answers no heartbeats of this kind; a run is over long before the first.
  pingInterval: 300_000,
});

io.on('connection', (socket) => {
  socket.on('enter', async (rooms: string[], answer: () => void) => {
    await socket.join(rooms);
    answer();
  });
  socket.on('say', (room: string, _text: string, answer: (reply: unknown) => void) => {
    io.to(room).emit('event', { ...sample, conversation: room });
    answer({ ok: true, seq: 1, data: { utterance: 'utt_1' } });
  });
});

http.listen(0, '127.0.0.1', () => announceReady((http.address() as AddressInfo).port));
endWithParent(() => io.close());
