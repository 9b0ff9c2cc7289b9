import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Hub } from '../app.ts';
import { SimulatedClock } from '../host/clock.simulated.ts';
import { call, createConversation, dial, greet, openHub, tokenFor } from './hub.fixture.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await openHub({
    limits: {
      commandsPerSecond: 20,
      commandsBurst: 30,
      joinsPerSecond: 8,
      connectionsPerPrincipal: 2,
      failuresPerMinute: 3,
      heldMs: 300,
    },
    allowedOrigins: ['https://friend.example'],
  });
});
afterAll(() => hub.stop());

const human = { kind: 'human', displayName: 'Ann' };

it('a connection that goes on over its rate is closed with 4429', async () => {
  const peer = await greet(await dial(hub));
  const flood = setInterval(() => {
    for (let index = 0; index < 30; index += 1) peer.ws.send('{"id":"f","op":"hello"}');
  }, 20);
  expect(await peer.closing()).toMatchObject({ code: 4429 });
  clearInterval(flood);
});

it('joins from one address are limited', async () => {
  const { id } = await createConversation(hub);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      call(hub, 'POST', `/v1/conversations/${id}/participants`, {
        body: { ...human, displayName: `Guest ${index}` },
      }),
    ),
  );
  const limited = answers.filter((answer) => answer.status === 429);
  expect(limited.length).toBeGreaterThan(5);
  expect(limited[0]!.body.code).toBe('rate.limited');
  expect(Number(limited[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
});

it('a principal has so many connections at once', async () => {
  const busy = await openHub({ limits: { connectionsPerPrincipal: 2 } });
  const token = await tokenFor(busy, 'busy');
  const first = await greet(await dial(busy), token);
  const second = await greet(await dial(busy), token);
  const third = await dial(busy);
  expect(await third.ask('hello', undefined, { token })).toMatchObject({ error: { code: 'rate.limited' } });
  expect(await third.closing()).toMatchObject({ code: 4429 });
  first.close();
  await first.closing();
  const fourth = await greet(await dial(busy), token);
  for (const peer of [second, fourth]) peer.close();
  await busy.stop();
});

it('an address has so many connections at once, and gets its places back', async () => {
  const narrow = await openHub({ limits: { connectionsFromLoopback: 2 } });
  const first = await dial(narrow);
  const second = await dial(narrow);
  await expect(dial(narrow)).rejects.toThrow('refused with 429');
  first.close();
  await first.closing();
  const third = await dial(narrow);
  for (const peer of [second, third]) peer.close();
  await narrow.stop();
});

it('guessing tokens gets slower: after a few wrong ones even asking is refused', async () => {
  const guessed = await openHub({ limits: { failuresPerMinute: 3 } });
  const codes: string[] = [];
  for (let index = 0; index < 6; index += 1) {
    codes.push((await call(guessed, 'GET', '/v1/conversations', { token: `guess-${index}` })).body.code);
  }
  expect(codes).toEqual([...Array<string>(3).fill('auth.invalid'), ...Array<string>(3).fill('rate.limited')]);
  await guessed.stop();
});

it('a page of an unknown origin may neither connect nor change anything; its own and allowed ones may', async () => {
  const own = hub.url;
  await expect(dial(hub, { origin: 'https://evil.example' })).rejects.toThrow('refused with 403');
  for (const origin of [own, 'https://friend.example']) (await dial(hub, { origin })).close();
  const post = (origin: string) => call(hub, 'POST', '/v1/conversations', { body: {}, headers: { origin } });
  expect(await post('https://evil.example')).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
  expect((await post('null')).status).toBe(403);
  expect((await post(own)).status).toBe(201);
  const friend = await post('https://friend.example');
  expect(friend.status).toBe(201);
  expect(friend.headers.get('access-control-allow-origin')).toBe('https://friend.example');
  expect((await post(own)).headers.get('access-control-allow-origin')).toBeNull();
});

it('answers a preflight of an allowed origin only', async () => {
  const preflight = (origin: string) =>
    call(hub, 'OPTIONS', '/v1/conversations', {
      headers: { origin, 'access-control-request-method': 'POST' },
    });
  const friend = await preflight('https://friend.example');
  expect(friend.status).toBe(204);
  const allowed = friend.headers.get('access-control-allow-headers');
  // As pages send them by HTTP, MCP, A2A and Open Floor.
  for (const header of ['authorization', 'mcp-protocol-version', 'a2a-version', 'prefer', 'last-event-id']) {
    expect(allowed).toContain(header);
  }
  expect(friend.headers.get('access-control-expose-headers')).toContain('last-event-id');
  expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
});

it('without tokens, a name that was pointed to this machine by somebody else is refused', async () => {
  const statusFor = (host: string, path = '/v1/conversations') =>
    new Promise<number>((resolve, reject) => {
      const sent = request({ port: hub.port, host: '127.0.0.1', path, headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      });
      sent.on('error', reject);
      sent.end();
    });
  expect(await statusFor(`evil.example:${hub.port}`)).toBe(403);
  for (const host of ['localhost', '127.0.0.1', '[::1]']) {
    expect(await statusFor(`${host}:${hub.port}`), host).toBe(200);
  }
  await expect(
    dial(hub, { headers: { host: 'evil.example' }, origin: 'http://evil.example' }),
  ).rejects.toThrow('refused with 403');
});

it('takes clients that offer no subprotocol, and agrees on parley.v1 with those that do', async () => {
  const bare = await dial(hub, { protocols: [] });
  expect(bare.ws.protocol).toBe('');
  const modern = await dial(hub, { protocols: ['parley.v2', 'parley.v1'] });
  expect(modern.ws.protocol).toBe('parley.v1');
  expect(modern.ws.extensions).toBe('');
  for (const peer of [bare, modern]) peer.close();
});

it('[PR-1] a client that answers no ping is taken for disconnected after two', async () => {
  const clock = new SimulatedClock();
  const heartbeatMs = 20_000;
  const hub = await openHub({ heartbeatMs }, { clock });
  const alive = await greet(await dial(hub));
  // One that is there and answers no ping: it is asked twice.
  const mute = await greet(await dial(hub, { autoPong: false }));
  let pings = 0;
  mute.ws.on('ping', () => (pings += 1));
  const dead = await greet(await dial(hub));
  // A half-open connection: bytes arrive, and nobody is there to answer them.
  dead.ws.pause();
  const connections: string[] = [];
  for (let beat = 0; beat < 3; beat += 1) {
    const pinged = new Promise((resolve) => alive.ws.once('ping', resolve));
    await clock.advance(heartbeatMs);
    await pinged;
    // The pong left before this, so it has arrived when this is answered.
    await alive.ask('hello');
    const { body } = await call(hub, 'GET', '/metrics');
    connections.push(/^parley_connections\{channel="websocket"\} (.*)$/m.exec(body as string)![1]!);
  }
  expect(connections).toEqual(['3', '3', '1']);
  await mute.closing();
  expect(pings).toBe(2);
  expect(alive.closedWith).toBeNull();
  alive.close();
  dead.ws.terminate();
  const stopped = hub.stop();
  await clock.advance(10_000);
  await stopped;
});
