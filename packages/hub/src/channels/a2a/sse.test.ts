import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import type { FastifyReply } from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { SimulatedClock } from '../../host/clock.simulated.ts';
import { sendEvents } from './sse.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Half a minute, which nobody needs who takes something meanwhile. */
const STALLED_MS = 30_000;
/** More than the buffers of the system hold. */
const EVENT = 'x'.repeat(24 * 1024 * 1024);
const READ_BYTES = 2 * 1024 * 1024;

class CountingClock extends SimulatedClock {
  /** How often the hub has begun to wait for its reader. */
  waits = 0;
  #seen = 0;

  /** It waits, and has not begun anew since this was asked last. */
  readonly rests = (): boolean => this.waits > 0 && this.#seen === (this.#seen = this.waits);

  override after(ms: number, task: () => void): () => void {
    if (ms === STALLED_MS) this.waits += 1;
    return super.after(ms, task);
  }
}

/** A reader of one event, which takes as much as it is told to, and then no more. */
async function reader(clock: SimulatedClock) {
  const stream = Promise.withResolvers<FastifyReply>();
  const server = createServer((_, response) => {
    const reply = { raw: response, hijack: () => undefined, getHeaders: () => ({}) };
    const none = { done: true, value: undefined } as const;
    sendEvents(reply as unknown as FastifyReply, {
      events: { next: async () => none },
      first: { value: EVENT },
      clock,
      heartbeatMs: 15_000,
      failed: () => null,
    }).then(stream.resolve, stream.reject);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  closing.push(() => socket.destroy());
  await once(socket, 'connect');
  let [received, beats, ended] = [0, 0, false];
  socket.on('close', () => (ended = true));
  socket.write('GET / HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n');
  return {
    sent: stream.promise,
    get received() {
      return received;
    },
    get beats() {
      return beats;
    },
    get ended() {
      return ended;
    },
    async take(bytes: number): Promise<void> {
      const upTo = received + bytes;
      const enough = Promise.withResolvers<void>();
      const onData = (chunk: Buffer): void => {
        received += chunk.byteLength;
        if (chunk.includes(': beat')) beats += 1;
        if (received < upTo) return;
        socket.pause();
        enough.resolve();
      };
      socket.on('data', onData);
      socket.once('close', enough.resolve);
      socket.resume();
      await enough.promise;
      socket.off('data', onData);
    },
  };
}

it('[CN-2] who takes one long event slowly is not cut off, whatever it takes in all', async () => {
  const clock = new CountingClock();
  const slow = await reader(clock);
  let sent = false;
  void slow.sent.then(() => (sent = true));
  await expect.poll(clock.rests).toBe(true);
  let passed = 0;
  while (!slow.ended && !sent) {
    const before = clock.waits;
    await slow.take(READ_BYTES);
    await expect.poll(() => clock.waits > before || sent).toBe(true);
    if (sent) break;
    await clock.advance(20_000);
    passed += 20_000;
  }
  expect(passed).toBeGreaterThan(2 * STALLED_MS);
  await slow.take(Number.POSITIVE_INFINITY);
  expect(slow.received).toBeGreaterThan(EVENT.length);
  // A comment in the middle of it would have torn it apart.
  expect(slow.beats).toBe(0);
});

it('[CN-2] who takes nothing for half a minute is, in the middle of an event too', async () => {
  const clock = new CountingClock();
  const slow = await reader(clock);
  await expect.poll(clock.rests).toBe(true);
  await slow.take(READ_BYTES);
  await expect.poll(clock.rests).toBe(true);
  await clock.advance(STALLED_MS);
  await slow.sent;
  await slow.take(Number.POSITIVE_INFINITY);
  expect(slow.ended).toBe(true);
  expect(slow.received).toBeLessThan(EVENT.length);
});
