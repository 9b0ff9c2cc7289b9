import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Link, SOUND } from './link.ts';
import { Proxy } from './proxy.ts';
import type { Strike } from './proxy.ts';

let server: Server;
let proxy: Proxy;
const sockets: Socket[] = [];

const open = async (): Promise<{ client: Socket; far: Socket }> => {
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  const [far] = await accepted;
  for (const socket of [client, far]) socket.on('error', () => undefined);
  sockets.push(client, far);
  return { client, far };
};

/** All that has come until the other side has finished, or `bytes` of it. */
const received = async (socket: Socket, bytes = Infinity): Promise<string> => {
  let text = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.length >= bytes) break;
  }
  return text;
};

const first = (): number => 0;
const strike = (what: Strike): boolean => proxy.strike(what, first);

beforeEach(async () => {
  server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await Proxy.open((server.address() as AddressInfo).port);
});
afterEach(async () => {
  await proxy.close();
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

it('carries both ways what it is given, also behind a FIN', async () => {
  const { client, far } = await open();
  const text = 'x'.repeat(300_000);
  client.end(text);
  expect(await received(far)).toBe(text);
  far.end('answer');
  expect(await received(client)).toBe('answer');
  await expect.poll(() => proxy.size).toBe(0);
});

it('ends a connection with a FIN for both', async () => {
  const { client, far } = await open();
  const ends = Promise.all([once(client.resume(), 'end'), once(far.resume(), 'end')]);
  expect(strike({ kind: 'finished' })).toBe(true);
  await ends;
  await expect.poll(() => proxy.size).toBe(0);
});

it('ends a connection with a RST for both', async () => {
  const { client, far } = await open();
  const errors = Promise.all([once(client, 'error'), once(far, 'error')]);
  expect(strike({ kind: 'reset' })).toBe(true);
  for (const [error] of await errors) expect(error).toMatchObject({ code: 'ECONNRESET' });
  expect(strike({ kind: 'reset' })).toBe(false);
});

it('takes everything and passes on nothing while half open, and resets after its time', async () => {
  const { client, far } = await open();
  client.write('before');
  expect(await received(far, 6)).toBe('before');
  let heard = '';
  far.on('data', (chunk) => (heard += String(chunk)));
  const began = performance.now();
  strike({ kind: 'halfOpen', ms: 150 });
  client.write('during');
  const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNRESET');
  expect(performance.now() - began).toBeGreaterThan(140);
  expect(heard).toBe('');
});

it('is as slow and as late as it is told, and sound again when healed', async () => {
  const { client, far } = await open();
  strike({ kind: 'slowed', conditions: { bytesPerSecond: 10_000, delayMs: 50 } });
  let began = performance.now();
  client.write('x'.repeat(2_000));
  expect(await received(far, 2_000)).toHaveLength(2_000);
  const slow = performance.now() - began;
  expect(slow).toBeGreaterThan(200);
  proxy.heal();
  began = performance.now();
  client.write('x'.repeat(2_000));
  await received(far, 2_000);
  expect(performance.now() - began).toBeLessThan(slow);
});

it('is not slower than it is told where the process has other things to do', async () => {
  const { client, far } = await open();
  strike({ kind: 'slowed', conditions: { bytesPerSecond: 10_000, delayMs: 0 } });
  let turns = 0;
  const busy = setInterval(() => {
    turns += 1;
    for (const end = performance.now() + 100; performance.now() < end;);
  }, 0);
  client.write('x'.repeat(4_000));
  await received(far, 4_000);
  clearInterval(busy);
  // In portions of 20 ms it would take twenty of them.
  expect(turns).toBeLessThan(12);
});

it('keeps a sender waiting instead of what it sends', async () => {
  const { client, far } = await open();
  strike({ kind: 'slowed', conditions: { bytesPerSecond: 1_000, delayMs: 0 } });
  far.pause();
  const chunk = Buffer.alloc(64 * 1024);
  let sent = 0;
  while (client.write(chunk) && sent < 100) sent += 1;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(client.writableLength).toBeGreaterThan(0);
});

it('lets go of a side that is reset while its FIN is on its way', async () => {
  const { client, far } = await open();
  const { port, address } = server.address() as AddressInfo;
  const hub = connect({ port, host: address, allowHalfOpen: true });
  sockets.push(hub);
  const gone = new Promise<void>((resolve) => {
    const link = new Link(client, hub, SOUND, resolve);
    hub.end('the last of it');
    link.reset();
  });
  await gone;
  far.destroy();
});

it('refuses where nobody listens behind it', async () => {
  server.close();
  const client = connect(proxy.port, '127.0.0.1');
  client.on('error', () => undefined);
  await once(client, 'close');
  await expect.poll(() => proxy.size).toBe(0);
});
