import { connect as connectTcp } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Hub } from '../app.ts';
import type { WebSocketPeer } from './hub.fixture.ts';
import { call, createConversation, dial, greet, openHub } from './hub.fixture.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await openHub({ helloMs: 150 });
});
afterAll(() => hub.stop());

const human = { kind: 'human', displayName: 'Ann' };

const joined = async (): Promise<{ peer: WebSocketPeer; id: string; head: () => Promise<number> }> => {
  const { id } = await createConversation(hub);
  const peer = await greet(await dial(hub));
  await peer.do('conversation.join', id, human);
  const head = async () => (await call(hub, 'GET', `/v1/conversations/${id}`)).body.seq as number;
  return { peer, id, head };
};

/** Frames that end the connection: there is nothing to answer to. */
const FATAL: readonly [string, string | Buffer, number][] = [
  ['no JSON', '{"id":"1",', 4400],
  ['a list', '[1,2]', 4400],
  ['a number', '7', 4400],
  ['an object without op', '{"id":"1"}', 4400],
  ['an op that is no text', '{"id":"1","op":7}', 4400],
  ['an object without id', '{"op":"floor.request"}', 4400],
  [
    'a frame over 64 KiB',
    JSON.stringify({ id: '1', op: 'hello', data: { client: 'x'.repeat(65_536) } }),
    1009,
  ],
  ['a binary frame', Buffer.from('{"id":"1","op":"hello"}'), 1003],
];

it.each(FATAL)('closes on %s', async (_what, frame, code) => {
  const { peer, head } = await joined();
  const before = await head();
  peer.ws.send(frame);
  expect(await peer.closing()).toMatchObject({ code });
  // The only thing that happened is that the connection was lost.
  expect(await head()).toBeLessThanOrEqual(before + 1);
});

it('closes with 1007 on a text frame that is not UTF-8', async () => {
  const { peer } = await joined();
  peer.ws.send(Buffer.from([0x22, 0xc3, 0x28, 0x22]), { binary: false });
  expect(await peer.closing()).toMatchObject({ code: 1007 });
});

const deep = `${'{"a":'.repeat(20)}1${'}'.repeat(20)}`;

/** Frames that get an error with the exact place, while the connection stays. */
const REFUSED: readonly [string, (id: string) => string, string][] = [
  ['an unknown op', (id) => `{"id":"x","op":"floor.steal","conversation":"${id}"}`, 'op'],
  ['an op that every object has', (id) => `{"id":"x","op":"toString","conversation":"${id}"}`, 'op'],
  ['an id that cannot be one', (id) => `{"id":"a b","op":"floor.request","conversation":"${id}"}`, 'id'],
  ['no conversation', () => '{"id":"x","op":"floor.request"}', 'conversation'],
  [
    'a conversation that cannot be one',
    () => '{"id":"x","op":"floor.request","conversation":"a/b"}',
    'conversation',
  ],
  ['an unknown key', (id) => `{"id":"x","op":"floor.request","conversation":"${id}","extra":1}`, 'extra'],
  [
    'an unknown key of the data',
    (id) => `{"id":"x","op":"floor.request","conversation":"${id}","data":{"prio":1}}`,
    'data.prio',
  ],
  [
    'a number out of range',
    (id) => `{"id":"x","op":"floor.request","conversation":"${id}","data":{"urgency":2}}`,
    'data.urgency',
  ],
  [
    'a number that is not finite',
    (id) => `{"id":"x","op":"floor.request","conversation":"${id}","data":{"urgency":1e999}}`,
    'data.urgency',
  ],
  [
    'a text instead of a number',
    (id) => `{"id":"x","op":"speech","conversation":"${id}","data":{"grant":"4","text":"a"}}`,
    'data.grant',
  ],
  [
    'a control character',
    (id) => `{"id":"x","op":"topic.set","conversation":"${id}","data":{"topic":"a\\u0007b"}}`,
    'data.topic',
  ],
  [
    'a bidi override',
    (id) => `{"id":"x","op":"topic.set","conversation":"${id}","data":{"topic":"a\\u202eb"}}`,
    'data.topic',
  ],
  [
    'too deep an object',
    (id) => `{"id":"x","op":"topic.set","conversation":"${id}","data":${deep}}`,
    `data${'.a'.repeat(15)}`,
  ],
  [
    'a key that changes objects',
    (id) => `{"id":"x","op":"topic.set","conversation":"${id}","data":{"__proto__":{"topic":"a"}}}`,
    'data.__proto__',
  ],
];

it.each(REFUSED)('answers %s with request.invalid and its path, and stays', async (_what, frame, path) => {
  const { peer, id, head } = await joined();
  const before = await head();
  peer.sendText(frame(id));
  const reply = await peer.until('reply', () => peer.frames.find((found) => found['ok'] === false));
  expect(reply['error']).toMatchObject({ code: 'request.invalid', retryable: false });
  expect(reply['error'].details.path).toBe(path);
  expect(await head()).toBe(before);
  expect(await peer.do('topic.set', id, { topic: 'still here' })).toMatchObject({ topic: 'still here' });
  peer.close();
});

it('closes with 4401 without a hello in time', async () => {
  const peer = await dial(hub);
  expect(await peer.closing()).toMatchObject({ code: 4401 });
});

it('closes on more than 64 pieces of one message', async () => {
  const { peer } = await joined();
  for (let piece = 0; piece < 70; piece += 1) peer.ws.send(' ', { fin: false });
  expect((await peer.closing()).code).toBe(1008);
});

it('takes a message in a few pieces', async () => {
  const { peer, id } = await joined();
  const text = JSON.stringify({ id: 'p', op: 'topic.set', conversation: id, data: { topic: 'in pieces' } });
  peer.ws.send(text.slice(0, 10), { fin: false });
  peer.ws.send(text.slice(10, 30), { fin: false });
  peer.ws.send(text.slice(30), { fin: true });
  expect(await peer.event('topic.changed')).toMatchObject({ data: { topic: 'in pieces' } });
  peer.close();
});

it('answers the same errors over HTTP as problem documents', async () => {
  const { id } = await createConversation(hub);
  const path = `/v1/conversations/${id}/commands`;
  const post = (body: unknown) => call(hub, 'POST', path, { body });
  const unknown = await post({ id: 'x', op: 'floor.steal' });
  expect(unknown.status).toBe(400);
  expect(unknown.headers.get('content-type')).toContain('application/problem+json');
  expect(unknown.body).toMatchObject({ code: 'request.invalid', status: 400, details: { path: 'op' } });
  expect(unknown.body.type).toContain('/errors.json');
  expect((await post([1])).body).toMatchObject({ code: 'request.invalid', details: { path: '' } });
  const nameless = await post({ op: 'floor.request' });
  expect(nameless.body).toMatchObject({ code: 'request.invalid', details: { path: 'id' } });
  expect(nameless.body.detail).toMatch(/^id: expected /);
  expect((await post({ id: 'x' })).body.details.path).toBe('op');
  expect((await post({ id: 'x', op: 'hello' })).body).toMatchObject({ details: { path: 'op' } });
  expect((await post({ id: 'x', op: 'floor.request', conversation: 'cnv_other' })).body.details.path).toBe(
    'conversation',
  );
  const large = await post({ id: 'x', op: 'topic.set', data: { topic: 'x'.repeat(70_000) } });
  expect(large).toMatchObject({ status: 413, body: { code: 'request.too_large' } });
});

it('answers a body that is not JSON, or of another type, with what was expected', async () => {
  const send = async (body: string, type: string) => {
    const response = await fetch(`${hub.url}/v1/conversations`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    return { status: response.status, body: (await response.json()) as { code: string; details: object } };
  };
  expect(await send('{', 'application/json')).toMatchObject({
    status: 400,
    body: { code: 'request.invalid' },
  });
  expect(await send('{}', 'text/plain')).toMatchObject({
    status: 400,
    body: { code: 'request.invalid', details: { path: 'header.content-type' } },
  });
  expect(await send('{"__proto__":{"title":"x"}}', 'application/json')).toMatchObject({
    body: { code: 'request.invalid', details: { path: '__proto__' } },
  });
  expect(await send('{"config":{"floor":{"timers":{"silenceMs":-1}}}}', 'application/json')).toMatchObject({
    body: { code: 'request.invalid', details: { path: 'config.floor.timers.silenceMs' } },
  });
});

it('survives bytes that are no HTTP and no WebSocket', async () => {
  const socket = connectTcp(hub.port, '127.0.0.1');
  socket.resume();
  socket.write('\x16\x03\x01 nonsense\r\n\r\n');
  await new Promise((resolve) => socket.once('close', resolve));
  const raw = connectTcp(hub.port, '127.0.0.1');
  raw.write(
    'GET /v1/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  const chunks: Buffer[] = [];
  raw.on('data', (chunk: Buffer) => {
    if (chunks.push(chunk) === 1) raw.write(Buffer.from([0xff, 0xff, 0xff]));
    // The close frame with 1002: answer it by going away.
    if (Buffer.concat(chunks).includes(Buffer.from([0x88, 0x02, 0x03, 0xea]))) raw.end();
  });
  await new Promise((resolve) => raw.once('close', resolve));
  expect(Buffer.concat(chunks).includes(Buffer.from([0x03, 0xea]))).toBe(true);
  expect((await call(hub, 'GET', '/healthz')).status).toBe(200);
});
