import { afterEach, expect, it } from 'vitest';
import type { Hub } from '../app.ts';
import { call, createConversation, dial, greet, openHub, tokenFor } from './hub.fixture.ts';
import type { WebSocketPeer } from './hub.fixture.ts';
import { ModelHost, said } from './mcp/mcp.fixture.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(values: Readonly<Record<string, unknown>> = {}): Promise<Hub> {
  const hub = await openHub(values);
  closing.push(() => hub.stop());
  return hub;
}

async function model(hub: Hub, token?: string): Promise<ModelHost> {
  const host = await ModelHost.connect(hub, '2026-07-28', token);
  closing.push(() => host.close());
  return host;
}

async function person(hub: Hub, id: string, displayName = 'Ann'): Promise<WebSocketPeer> {
  const peer = await greet(await dial(hub));
  await peer.do('conversation.join', id, { kind: 'human', displayName });
  return peer;
}

/** One request as any program can make it, in the revision before the newest: it needs no `_meta`. */
const post = (hub: Hub, message: unknown, headers: Record<string, string> = {}) =>
  fetch(`${hub.url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      ...headers,
    },
    body: JSON.stringify(message),
  });

const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };

it('[MC-7] without a token nobody gets in, and a handle is of use to nobody else', async () => {
  const hub = await start({ open: false });
  const [owner, adas, bobs] = [
    await tokenFor(hub, 'owner'),
    await tokenFor(hub, 'ada'),
    await tokenFor(hub, 'bob', { kinds: ['human'] }),
  ];
  const refused = await post(hub, LIST);
  expect(refused.status).toBe(401);
  expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/);
  expect((await post(hub, LIST, { authorization: 'Bearer nonsense' })).status).toBe(401);
  const { id } = await createConversation(hub, {}, owner);
  const [ada, bob] = [await model(hub, adas), await model(hub, bobs)];
  await ada.join(id, 'Ada');
  expect(await bob.ask('read', { handle: ada.handle })).toMatchObject({ error: { code: 'resume.denied' } });
  // Its token lets it be a person only, and models are no persons.
  expect(await bob.ask('join', { conversation: id, displayName: 'Bob' })).toMatchObject({
    error: { code: 'auth.forbidden' },
  });
  const uri = `parley://conversation/${id}/transcript`;
  await expect(bob.client.readResource({ uri })).rejects.toThrow(/no such conversation/);
  expect((await bob.use('list_conversations')).conversations).toEqual([]);
});

it('[MC-7] pages of other origins, batches and long bodies are refused before anything is done', async () => {
  const hub = await start();
  expect((await post(hub, LIST, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await post(hub, [LIST, LIST])).status).toBe(400);
  expect((await post(hub, { ...LIST, params: { x: 'x'.repeat(70_000) } })).status).toBe(413);
  expect((await fetch(`${hub.url}/mcp`, { headers: { accept: 'text/event-stream' } })).status).toBe(405);
  expect((await post(hub, LIST)).status).toBe(200);
});

it('[MC-7] there is nothing to subscribe to', async () => {
  const hub = await start();
  const host = await model(hub);
  expect(host.client.getServerCapabilities()?.resources?.subscribe).toBeFalsy();
  await expect(host.client.listen({ toolsListChanged: true })).rejects.toThrow(/limit/i);
});

it('[MC-8] who is waiting is present, and is missed a lease after its last call', async () => {
  const hub = await start({ callLeaseMs: 300 });
  const { id } = await createConversation(hub);
  const ann = await person(hub, id);
  const bot = await model(hub);
  await bot.join(id, 'Bot');
  expect((await call(hub, 'GET', '/metrics')).body).toContain('parley_connections{channel="mcp"} 1');
  await bot.wait(900);
  expect(ann.events().some((event) => event['event'] === 'participant.disconnected')).toBe(false);
  await ann.event('participant.disconnected');
  await bot.use('read');
  await ann.event('participant.returned');
});

it('[MC-8] a client that goes away in the middle of waiting leaves nothing behind', async () => {
  const hub = await start({ callLeaseMs: 200, open: false, limits: { connectionsPerPrincipal: 1 } });
  const token = await tokenFor(hub, 'ada');
  const { id } = await createConversation(hub, {}, token);
  const bot = await model(hub, token);
  await bot.join(id, 'Bot');
  const leaves = new AbortController();
  const waiting = bot.use('wait_for_turn', { after: bot.next, waitMs: 60_000 }, leaves.signal);
  const status = async () => (await post(hub, LIST, { authorization: `Bearer ${token}` })).status;
  await expect.poll(status).toBe(429);
  leaves.abort();
  await expect(waiting).rejects.toThrow(/abort/i);
  // The one connection that it may have is free again, and its lease runs.
  await expect.poll(status).toBe(200);
  const gone = async () => {
    const { body } = await call(hub, 'GET', `/v1/conversations/${id}/transcript`, { token });
    return (body.events as { event: string }[]).map(({ event }) => event);
  };
  await expect.poll(gone).toContain('participant.disconnected');
});

it('[MC-8] a hub that stops lets nobody wait', async () => {
  const hub = await start();
  const { id } = await createConversation(hub);
  const bot = await model(hub);
  await bot.join(id, 'Bot');
  const waiting = bot.wait(60_000).catch((error: unknown) => error);
  await bot.use('read');
  await hub.stop();
  await waiting;
});

it('[MC-8] who lost its handle is given it again, while nothing else connects it', async () => {
  const hub = await start({ open: false });
  const token = await tokenFor(hub, 'ada');
  const { id } = await createConversation(hub, {}, token);
  const bot = await model(hub, token);
  const first = await bot.join(id, 'Ada');
  expect(await bot.join(id, 'Ada')).toMatchObject({ handle: first['handle'], you: first['you'] });
  const peer = await greet(await dial(hub), token);
  const again = await peer.ask('conversation.join', id, { kind: 'agent', displayName: 'Ada' });
  expect(again['error'].code).toBe('participant.already_joined');
  peer.close();
});

it('[MC-9] a repeated call says a thing once, and says it again under another id', async () => {
  const hub = await start();
  const { id } = await createConversation(hub);
  const bot = await model(hub);
  await bot.join(id, 'Bot');
  const saying = {
    jsonrpc: '2.0',
    id: 7,
    method: 'tools/call',
    params: { name: 'say', arguments: { handle: bot.handle, text: 'Once.' } },
  };
  const [one, two] = await Promise.all([post(hub, saying), post(hub, saying)]);
  expect([one.status, two.status]).toEqual([200, 200]);
  await Promise.all([one.text(), two.text()]);
  await (await post(hub, saying)).text();
  expect(said(await bot.use('read', { after: 0 }))).toEqual(['Bot: Once.']);
  const named = await bot.use('say', { text: 'Named.', id: 'n1' });
  expect(await bot.use('say', { text: 'Named.', id: 'n1' })).toEqual(named);
  expect(await bot.ask('say', { handle: bot.handle, text: 'Other.', id: 'n1' })).toMatchObject({
    error: { code: 'idempotency.conflict' },
  });
  await bot.use('say', { text: 'Once.' });
  expect(said(await bot.use('read', { after: 0 }))).toEqual(['Bot: Once.', 'Bot: Named.', 'Bot: Once.']);
});

it('[RT-7] a whisper to others is nowhere in what a model is told, live or later', async () => {
  const hub = await start();
  const config = { routing: { kind: 'broadcast', whisper: true }, history: { visibility: 'sinceJoin' } };
  const { id } = await createConversation(hub, { config });
  const [ann, ben] = [await person(hub, id), await person(hub, id, 'Ben')];
  const before = await ann.do('floor.request', id);
  await ann.do('speech', id, { grant: before.grant, text: 'before' });
  const [hears, other] = [await model(hub), await model(hub)];
  await hears.join(id, 'Hears');
  await other.join(id, 'Other');
  const waits = [hears.wait(), other.wait()];
  const { grant } = await ann.do('floor.request', id);
  const { utterance } = await ann.do('speech.start', id, {
    grant,
    to: [hears.participant],
    addressedTo: [hears.participant],
  });
  const text = 'only for you';
  ann.sendText(JSON.stringify({ id: 'd', op: 'speech.delta', conversation: id, data: { utterance, text } }));
  await expect.poll(() => hears.progress.join('')).toContain(text);
  await ann.do('speech.end', id, { utterance, final: false });
  await ann.do('speech', id, { grant, text: 'for all', addressedTo: [other.participant] });
  const [heard, overheard] = await Promise.all(waits);
  expect(said(heard!)).toEqual([`Ann: ${text}`]);
  expect(said(overheard!)).toEqual(['Ann: for all']);
  expect(other.progress.join('')).not.toContain(text);
  expect(said(await other.use('read', { after: 0 }))).toEqual(['Ann: for all']);
  for (const peer of [ann, ben]) peer.close();
});
