import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { WireSocket } from './wire-client.ts';

let server: WebSocketServer | undefined;
afterEach(() => {
  for (const socket of server?.clients ?? []) socket.terminate();
  server?.close();
});

async function listen(): Promise<number> {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Resolves with the first `count` texts. */
const texts = (wire: WireSocket, count: number): Promise<string[]> =>
  new Promise((resolve) => {
    const seen: string[] = [];
    wire.onText = (payload) => {
      seen.push(payload.toString());
      if (seen.length === count) resolve(seen);
    };
  });

test('frames of every length form go both ways whole and in order', async () => {
  const port = await listen();
  server!.on('connection', (socket) => socket.on('message', (data) => socket.send(data.toString())));
  const wire = await WireSocket.open({ port, path: '/' });
  const sent = ['', 'ä', 'x'.repeat(125), 'y'.repeat(126), 'z'.repeat(65_535), 'w'.repeat(700_000), 'end'];
  const received = texts(wire, sent.length);
  for (const text of sent) wire.send(text);
  expect(await received).toEqual(sent);
  wire.destroy();
});

test('pings are answered and a close code is told', async () => {
  const port = await listen();
  const ponged = new Promise<void>((resolve) => {
    server!.on('connection', (socket) => {
      socket.on('pong', () => {
        resolve();
        socket.close(4408);
      });
      socket.ping();
    });
  });
  const wire = await WireSocket.open({ port, path: '/' });
  await ponged;
  expect(await wire.closed).toEqual({ code: 4408 });
});

test('a server that does not upgrade is an error', async () => {
  const port = await listen();
  server!.shouldHandle = () => false;
  await expect(WireSocket.open({ port, path: '/' })).rejects.toThrow('no upgrade: HTTP/1.1 400');
});
