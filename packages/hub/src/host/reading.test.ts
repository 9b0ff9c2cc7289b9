import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ConversationSummary } from './summary.ts';
import { HostWorld } from './host.fixture.ts';
import { Tail } from './tail.ts';

const LIMITS = { limit: 100, maxBytes: 1e6 };

test('events are read from memory while they are there, else from the log, and are the same', async () => {
  const world = new HostWorld({ limits: { tailMax: 1_500 } });
  await world.create('cnv_1', ['a']);
  for (let turn = 0; turn < 10; turn += 1) await world.say('cnv_1', 'a', `turn ${turn}`);
  const { seq } = (await world.host.state('cnv_1'))!;
  const reads = world.faults.calls['read'] ?? 0;
  const recent = await world.host.readEvents('cnv_1', seq - 2, LIMITS);
  expect(world.faults.calls['read'] ?? 0).toBe(reads);
  expect(recent).toMatchObject({ next: seq, head: seq });
  const all = await world.host.readEvents('cnv_1', 0, LIMITS);
  expect(world.faults.calls['read']).toBe(reads + 1);
  expect(all.events.map((event) => event.seq)).toEqual(Array.from({ length: seq }, (_, index) => index + 1));
  expect(recent.events).toEqual(all.events.slice(-2));
  expect(await world.host.readEvents('cnv_1', seq, LIMITS)).toEqual({ events: [], next: seq, head: seq });
});

test('a page has at most as many events as asked for, also where a record has more', async () => {
  const world = new HostWorld({ limits: { tailMax: 0 } });
  await world.create('cnv_1', ['a']);
  await world.say('cnv_1', 'a', 'one record, several events');
  const { seq: head } = (await world.host.state('cnv_1'))!;
  const seqs: number[] = [];
  for (let after = 0; after < head;) {
    const page = await world.host.readEvents('cnv_1', after, { limit: 1, maxBytes: 1e6 });
    expect(page.events).toHaveLength(1);
    seqs.push(...page.events.map(({ seq }) => seq));
    after = page.next;
  }
  expect(seqs).toEqual(Array.from({ length: head }, (_, index) => index + 1));
});

test('reading wakes nobody, and what does not exist is empty', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  const after = world.restarted();
  expect((await after.host.readEvents('cnv_1', 1, LIMITS)).events.map(({ seq }) => seq)).toEqual([2]);
  expect(await after.host.readEvents('cnv_none', 0, LIMITS)).toEqual({ events: [], next: 0, head: 0 });
  expect(after.host.awake).toBe(0);
});

test('nothing is read that was not answered yet', async () => {
  const world = new HostWorld({ limits: { tailMax: 0 } });
  await world.create('cnv_1', ['a']);
  const { inner } = world.faults;
  const append = inner.append.bind(inner);
  const { promise, resolve } = Promise.withResolvers<void>();
  // Stored, but the answer of the log is still on its way.
  inner.append = async (...args) => {
    const outcome = await append(...args);
    await promise;
    return outcome;
  };
  const done = world.ok('cnv_1', 'a', 'topic.set', { topic: 't' });
  await new Promise((soon) => setImmediate(soon));
  expect((await inner.head('cnv_1'))?.seq).toBe(3);
  expect(await world.host.readEvents('cnv_1', 1, LIMITS)).toMatchObject({ next: 2, head: 2 });
  resolve();
  await done;
  expect(await world.host.readEvents('cnv_1', 1, LIMITS)).toMatchObject({ next: 3, head: 3 });
});

test('[CN-2] the tail is bounded, and gives exact pages or nothing', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 300 }),
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 1, max: 20 }),
      (sizes, after, limit) => {
        const tail = new Tail(500);
        const events = sizes.map((size, index) => ({
          seq: index + 1,
          audience: 'all' as const,
          json: 'x'.repeat(size),
        }));
        for (const event of events) tail.push([event]);
        const head = events.length;
        const page = tail.read(after, head, { limit, maxBytes: 120 });
        if (page === null) {
          // What is missing is more than what may be kept.
          const missing = events.slice(after).reduce((sum, { json }) => sum + json.length, 0);
          return missing > 500;
        }
        const expected = events.slice(after, after + page.events.length);
        expect(page.events).toEqual(expected);
        expect(page.next).toBe(after >= head ? after : after + page.events.length);
        return after >= head || page.events.length >= 1;
      },
    ),
  );
});

test('each append brings the index up to date: summary, readers, deadline, attendance', async () => {
  const world = new HostWorld();
  const { inner } = world.faults;
  await world.create('cnv_1', ['a', 'b']);
  await world.say('cnv_1', 'a', `${'long '.repeat(100)}end`);
  await world.ok('cnv_1', 'b', 'floor.request', {});
  const [listed] = (await inner.list({ reader: 'sub_b' }, { limit: 10 })).conversations;
  const summary = JSON.parse(listed!.summary) as ConversationSummary;
  expect(summary).toMatchObject({
    id: 'cnv_1',
    title: 'About cnv_1',
    status: 'active',
    strategy: 'sequential',
    holder: 'b',
    participants: { count: 2, humans: 2, agents: 0, connected: 2, first: [{ displayName: 'a' }, {}] },
    lastLine: { speaker: 'a' },
  });
  expect([...summary.lastLine!.text]).toHaveLength(140);
  expect(listed).toMatchObject({ attended: true, due: world.clock.now() + 30_000 });
  expect((await inner.list({ reader: 'sub_creator' }, { limit: 10 })).conversations).toHaveLength(1);
  expect((await inner.list({ reader: 'sub_stranger' }, { limit: 10 })).conversations).toHaveLength(0);
  await world.ok('cnv_1', 'a', 'conversation.leave', {});
  await world.ok('cnv_1', 'b', 'conversation.leave', {});
  expect((await inner.list({ attended: true }, { limit: 10 })).conversations).toHaveLength(0);
});

test('[DG-2] a line that was refused is in no summary', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  await world.say('cnv_1', 'a', 'heard', false);
  const grant = (await world.host.state('cnv_1'))!.floor.holders[0]!.grant;
  world.faults.fail();
  await world.submit('cnv_1', 'a', 'speech', { grant, text: 'lost', final: false });
  world.faults.heal();
  await world.ok('cnv_1', 'a', 'topic.set', { topic: 't' });
  const { summary } = (await world.faults.inner.list({}, { limit: 1 })).conversations[0]!;
  expect((JSON.parse(summary) as ConversationSummary).lastLine?.text).toBe('heard');
});
