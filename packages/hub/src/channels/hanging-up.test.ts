import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../app.ts';
import { call, createConversation, dial, greet, openHub, tokenFor } from './hub.fixture.ts';

/** Fewer than the calls that hang up. */
const CONNECTIONS_MAX = 5;
const CALLS = 40;

let hub: Hub;
let token: string;
beforeAll(async () => {
  hub = await openHub({ open: false, limits: { connectionsFromLoopback: CONNECTIONS_MAX } });
  token = await tokenFor(hub, 'ann');
});
afterAll(() => hub.stop());

/** Sends a whole request and hangs up without having read a byte. */
async function hangUp(method: string, path: string, headers: string, body = ''): Promise<void> {
  const socket = connect(hub.port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const text =
    `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1:${hub.port}\r\nauthorization: Bearer ${token}\r\n` +
    `${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  await new Promise((resolve) => socket.write(text, resolve));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.resetAndDestroy();
  await closed;
}

const json = 'content-type: application/json\r\n';
const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};
const envelope = (id: string) => ({
  openFloor: {
    schema: { version: '1.1.0' },
    conversation: { id },
    sender: { speakerUri: 'tag:example.org,2026:gone', serviceUrl: 'http://127.0.0.1:9' },
    events: [{ eventType: 'getManifests' }],
  },
});

describe('whoever hangs up before the call is looked at', () => {
  const ways: Readonly<Record<string, (id: string) => Promise<void>>> = {
    'a stream of events': (id) =>
      hangUp('GET', `/v1/conversations/${id}/events`, 'accept: text/event-stream\r\n'),
    'a long poll': (id) => hangUp('GET', `/v1/conversations/${id}/events?after=2&wait=20000`, ''),
    MCP: () =>
      hangUp(
        'POST',
        '/mcp',
        `${json}accept: application/json, text/event-stream\r\n`,
        JSON.stringify(initialize),
      ),
    'Open Floor': (id) =>
      hangUp('POST', `/ofp/c/${id}`, `${json}prefer: wait=20\r\n`, JSON.stringify(envelope(id))),
  };

  it.each(Object.keys(ways))('by %s leaves no connection counted', async (way) => {
    const { id } = await createConversation(hub, {}, token);
    await Promise.all(Array.from({ length: CALLS }, () => ways[way]!(id)));
    await expect
      .poll(async () => (await call(hub, 'GET', `/v1/conversations/${id}/events?wait=1`, { token })).status, {
        timeout: 5_000,
      })
      .toBe(200);
    const peers = await Promise.all(Array.from({ length: CONNECTIONS_MAX }, () => dial(hub)));
    for (const peer of peers) peer.close();
  });
});

describe('a stream of somebody who is connected elsewhere as well', () => {
  it('[RT-7] ends with the own participant.left', async () => {
    const { id } = await createConversation(hub, {}, token);
    const other = await tokenFor(hub, 'bob');
    const mo = await greet(await dial(hub), token);
    await mo.do('conversation.join', id, { kind: 'agent', displayName: 'Mo' });
    const bob = await greet(await dial(hub), other);
    const { participant } = await bob.do('conversation.join', id, { kind: 'agent', displayName: 'Bob' });
    const response = await fetch(`${hub.url}/v1/conversations/${id}/events`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${other}` },
      signal: AbortSignal.timeout(5_000),
    });
    await mo.do('topic.set', id, { topic: 'before' });
    await bob.event('topic.changed');
    await mo.do('participant.remove', id, { participant });
    await mo.do('topic.set', id, { topic: 'secret' });
    // Ends by itself: it is read to its end.
    const text = await response.text();
    expect(text).toContain('before');
    expect(text).toContain('"participant.left"');
    expect(text).not.toContain('secret');
    for (const peer of [mo, bob]) peer.close();
  });
});

describe('a long poll of somebody who is removed while it waits', () => {
  it('[CN-1] [RT-7] ends with the own participant.left, though its batch goes on', async () => {
    const looked = Promise.withResolvers<void>();
    let awaited = Number.POSITIVE_INFINITY;
    const own = await openHub(
      { open: false },
      {
        around: (conversations) => ({
          submit: (...given) => conversations.submit(...given),
          state: (id) => conversations.state(id),
          subscribe: (listener) => conversations.subscribe(listener),
          readEvents: (id, after, limits) => {
            if (after >= awaited) looked.resolve();
            return conversations.readEvents(id, after, limits);
          },
        }),
      },
    );
    try {
      const [first, second] = [await tokenFor(own, 'mo'), await tokenFor(own, 'bob')];
      const { id } = await createConversation(own, {}, first);
      const mo = await greet(await dial(own), first);
      await mo.do('conversation.join', id, { kind: 'agent', displayName: 'Mo' });
      const path = `/v1/conversations/${id}`;
      const body = { kind: 'agent', displayName: 'Bob' };
      const joined = await call(own, 'POST', `${path}/participants`, { token: second, body });
      const { participant } = joined.body as { participant: string };
      await call(own, 'POST', `${path}/commands`, {
        ...{ token: second, body: { id: 'f', op: 'floor.request', data: {} } },
      });
      const { seq } = (await mo.ask('floor.request', id)) as unknown as { seq: number };
      awaited = seq;
      const polling = call(own, 'GET', `${path}/events?after=${seq}&wait=10000`, { token: second });
      // Before it looks it listens.
      await looked.promise;
      await mo.do('participant.remove', id, { participant });
      const granted = await mo.event('floor.granted', ({ data }) => data['participant'] !== participant);
      const { events, next } = (await polling).body as { events: { event: string }[]; next: number };
      expect(events.map(({ event }) => event)).toEqual(['floor.revoked', 'participant.left']);
      expect(next).toBe(granted['seq'] - 1);
      mo.close();
    } finally {
      await own.stop();
    }
  });
});
