import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Room, WireEvent } from '@parley/client';
import { connect, http, runAgent } from '@parley/client';
import type { Hub } from '@parley/hub';
import { createLogger, settingsOf, startHub } from '@parley/hub';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

let hub: Hub;
let data: string;

/** The first start takes a free port, a later one the same again: clients must find the hub where it was. */
const start = (port = 0): Promise<Hub> =>
  startHub(settingsOf({ port, log: 'sqlite', data, open: true }), { logger: createLogger('silent') });

beforeEach(async () => {
  data = await mkdtemp(path.join(tmpdir(), 'parley-sdk-'));
  hub = await start();
});
afterEach(async () => {
  await hub.stop();
  await rm(data, { recursive: true });
});

async function meeting() {
  const api = http(hub.url);
  const { id } = await api.createConversation({ title: 'Meeting' });
  const hers = await connect(hub.url, { ...(api.token !== undefined && { token: api.token }) });
  const his = await connect(hub.url);
  const ann = await hers.join(id, { kind: 'human', displayName: 'Ann' });
  const bob = await his.join(id, { kind: 'agent', displayName: 'Bob' });
  const close = () => Promise.all([hers.close(), his.close()]);
  return { api, id, hers, his, ann, bob, close };
}

/** What two views must agree on: presence is a hint, and may be seen at different moments; accounts are private. */
function settledView({ view: { viewer: _, credits: __, ...view } }: Pick<Room, 'view'>) {
  return { ...view, participants: view.participants.map(({ presence: _, ...member }) => member) };
}

const spoken = (room: Room) =>
  room.transcript.flatMap((line) => (line.kind === 'utterance' ? [`${line.displayName}: ${line.text}`] : []));

describe('the SDK and a real hub', () => {
  test('[PR-3] a human gives a webhook, changes it and takes it back', async () => {
    const { ann, bob, hers, id, close } = await meeting();
    expect(ann.webhookSecret).toBeNull();
    const secret = await ann.setWebhook('http://127.0.0.1:9/called');
    expect(secret).toMatch(/^whsec_/);
    expect(ann.webhookSecret).toBe(secret);
    await expect(ann.setWebhook('https://192.168.0.1/')).rejects.toMatchObject({ code: 'endpoint.blocked' });
    await expect(bob.setWebhook('https://example.org/')).rejects.toMatchObject({ code: 'request.invalid' });
    expect(await ann.setWebhook(null)).toBeNull();
    await ann.leave();
    const again = await hers.join(id, {
      kind: 'human',
      displayName: 'Ann',
      webhook: { url: 'http://127.0.0.1:9/called' },
    });
    expect(again.webhookSecret).toMatch(/^whsec_/);
    expect(again.webhookSecret).not.toBe(secret);
    await close();
  });

  test('[LA-2] an agent answers a person, and everybody sees the same', async () => {
    const { api, id, ann, bob, close } = await meeting();
    const stop = new AbortController();
    const agent = runAgent(
      bob,
      {
        name: 'Bob',
        wantsFloor: ({ transcript }) => transcript.at(-1)?.displayName === 'Ann',
        async *onTurn({ addressed }) {
          yield 'You meant me: ';
          yield String(addressed);
        },
      },
      { signal: stop.signal },
    );
    await ann.withFloor((turn) => turn.say('Hello @Bob'));
    await vi.waitFor(() => expect(spoken(ann)).toEqual(['Ann: Hello @Bob', 'Bob: You meant me: true']));
    stop.abort();
    await agent;
    const view = await api.getConversation(id);
    await vi.waitFor(() => expect(settledView(ann)).toEqual(settledView({ view })));
    expect(settledView(bob)).toEqual(settledView({ view }));
    await close();
  });

  test('[CS-5] a restart in the middle of an utterance loses no word, no event and no command', async () => {
    const { hers, ann, bob, close } = await meeting();
    const seqs: number[] = [];
    const note = (event: WireEvent) => void (event.seq !== undefined && seqs.push(event.seq));
    const first = bob.resume.seq + 1;
    bob.on(note);
    await ann.floor.request();
    const utterance = await ann.utter();
    utterance.write('before, ');
    await vi.waitFor(() => expect(bob.view.speaking[0]?.text).toBe('before, '));
    await hub.stop();
    await vi.waitFor(() => expect(hers.status).toBe('reconnecting'));
    utterance.write('during ');
    const topic = ann.setTopic('asked while it was away');
    hub = await start(hub.port);
    await topic;
    utterance.write('and after');
    await utterance.end();
    await vi.waitFor(() => expect(spoken(bob)).toEqual(['Ann: before, during and after']), 10_000);
    await vi.waitFor(() => expect(bob.view.seq).toBe(ann.view.seq));
    expect(seqs).toEqual(Array.from({ length: bob.view.seq - first + 1 }, (_, index) => first + index));
    expect(settledView(bob)).toEqual(settledView(ann));
    await close();
  });

  test('[CS-1] [LA-2] agents with strong views take turns without waiting for a time-out', async () => {
    const api = http(hub.url);
    const { id } = await api.createConversation({
      config: { consistency: { kind: 'strong', barrierTimeoutMs: 60_000 } },
    });
    const connections = await Promise.all(['Ada', 'Bo', 'Cy'].map(() => connect(hub.url)));
    const rooms = await Promise.all(
      connections.map((each, index) =>
        each.join(id, { kind: 'agent', displayName: ['Ada', 'Bo', 'Cy'][index]! }),
      ),
    );
    const stop = new AbortController();
    const stale: WireEvent[] = [];
    rooms[0]!.on((event) => void (event.event === 'view.stale' && stale.push(event)));
    const runs = rooms.map((room, index) =>
      runAgent(
        room,
        { name: room.self!.displayName, onTurn: () => Promise.resolve(`Turn of ${index}.`) },
        { signal: stop.signal },
      ),
    );
    await vi.waitFor(() => expect(spoken(rooms[0]!).length).toBeGreaterThan(12), 10_000);
    stop.abort();
    await Promise.all(runs);
    // What was asked for is withdrawn.
    await vi.waitFor(() => expect(rooms[0]!.view.floor.queue).toEqual([]));
    expect(new Set(spoken(rooms[0]!)).size).toBe(3);
    expect(stale).toEqual([]);
    for (const each of connections) await each.close();
  });

  test('[CS-3] [CS-4] each view follows the conversation at its own level', async () => {
    const { id, ann, bob, close } = await meeting();
    const others = await Promise.all(
      (['causal', 'bestEffort', 'strong'] as const).map(async (kind) => {
        const connection = await connect(hub.url);
        const join = { kind: 'agent', displayName: kind, consistency: { kind } } as const;
        return { connection, room: await connection.join(id, join) };
      }),
    );
    for (let turn = 0; turn < 5; turn += 1) {
      for (const room of [ann, bob]) await room.withFloor((each) => each.say(`Turn ${turn}.`));
    }
    for (const { room } of others) {
      await vi.waitFor(() => expect(room.view.seq).toBe(ann.view.seq));
      expect(settledView(room)).toEqual(settledView(ann));
      expect(spoken(room)).toHaveLength(10);
    }
    await Promise.all(others.map(({ connection }) => connection.close()));
    await close();
  });

  test('whoever connects elsewhere as the same participant takes over, and the first stays away', async () => {
    const { id, hers, ann, close } = await meeting();
    const elsewhere = await connect(hub.url, { ...(hers.token !== undefined && { token: hers.token }) });
    const again = await elsewhere.join(id, { kind: 'human', displayName: 'Ann', resume: ann.resume });
    expect(again.me).toBe(ann.me);
    await vi.waitFor(() => expect(hers.status).toBe('closed'));
    expect(ann.closed).toMatchObject({ cause: 'replaced', error: { code: 'client.replaced' } });
    await again.setTopic('still mine');
    await elsewhere.close();
    await close();
  });
});
