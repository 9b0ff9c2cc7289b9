import fc from 'fast-check';
import { expect, test } from 'vitest';
import { turns } from '../host/host.fixture.ts';
import type { SentEvent } from './delivery.fixture.ts';
import type { FakeSink } from './delivery.fixture.ts';
import { links, Scene } from './delivery.fixture.ts';
import type { OutboxLimits } from './outbox.ts';
import { OUTBOX_LIMITS } from './outbox.ts';

type Sent = SentEvent & { readonly early?: true };

/** A causal view that resumes from `after` with so many events to read, a page at a time. */
async function resuming(missed: number, limits?: OutboxLimits) {
  const room = new Scene();
  room.conversations.configure({ kind: 'causal' });
  for (let index = 0; index < missed; index += 1) room.conversations.store();
  const ann = room.attach('a', 0, limits === undefined ? {} : { limits });
  // Its own return, published while it is behind: from here on its chain is known.
  room.conversations.add();
  return { room, ann, sent: () => ann.sink.durable as Sent[] };
}

test('[CS-3] what rests on nothing missing goes ahead of the backlog, which leaves it out and closes the chain', async () => {
  const { room, sent } = await resuming(3_000);
  room.conversations.add('all', 'now');
  await turns(60);
  const early = sent().filter((event) => event.early);
  expect(early).toMatchObject([{ seq: 3_002, after: 3_001 }]);
  expect(sent()[0]).toEqual(early[0]);
  expect(Object.keys(early[0]!)[0]).toBe('early');
  // In log order, every event is there once, and names the one before it.
  const inOrder = sent().toSorted((a, b) => a.seq! - b.seq!);
  expect(links(inOrder)).toEqual(room.chain('a', 0));
  room.conversations.add();
  await turns();
  expect(sent().at(-1)).toMatchObject({ seq: 3_003, after: 3_002 });
  expect(sent().at(-1)!.early).toBeUndefined();
});

test('[CS-3] what answers or has seen something that is missing waits for its place', async () => {
  const { room, sent } = await resuming(2_000);
  room.conversations.add('all', 'an answer', 1_500);
  room.conversations.add('all', 'its author has seen what went early', 2_002);
  room.conversations.add('all', 'of its own accord');
  await turns(60);
  expect(sent().filter(({ early }) => early)).toMatchObject([{ seq: 2_004, after: 2_003 }]);
  expect(links(sent().toSorted((a, b) => a.seq! - b.seq!))).toEqual(room.chain('a', 0));
});

test('[CS-3] a cause counts as had once the backlog has reached it', async () => {
  const { room, sent } = await resuming(3_000);
  room.conversations.add('all', '', 400);
  await turns(6);
  expect(sent().some(({ early }) => early)).toBe(false);
  expect(sent().at(-1)!.seq).toBeGreaterThanOrEqual(400);
  expect(sent().at(-1)!.seq).toBeLessThan(3_000);
  room.conversations.add('all', '', 400);
  await turns(60);
  expect(sent().filter(({ early }) => early)).toMatchObject([{ seq: 3_003, after: 3_002 }]);
});

test('[CS-3] nothing is early before the chain is known, nor for a view of another level', async () => {
  const room = new Scene();
  for (let index = 0; index < 2_000; index += 1) room.conversations.store();
  const bob = room.attach('b', 0);
  room.conversations.add();
  room.conversations.add();
  await turns(40);
  expect(links(bob.sink.durable)).toEqual(room.chain('b', 0));
  room.conversations.configure({ kind: 'causal' });
  const ann = room.attach('a', 0);
  room.conversations.add();
  await turns(40);
  expect(links(ann.sink.durable)).toEqual(room.chain('a', 0));
});

test('[CS-3] a view whose level changes while it is behind gets nothing early any more, and what it got once', async () => {
  const { room, sent } = await resuming(3_000);
  room.conversations.add();
  room.conversations.configure({ kind: 'strong', barrierTimeoutMs: 5_000 });
  for (let index = 0; index < 3; index += 1) room.conversations.add();
  room.conversations.configure({ kind: 'causal' });
  room.conversations.add();
  room.conversations.add();
  await turns(60);
  expect(sent().filter(({ early }) => early)).toMatchObject([{ seq: 3_002 }, { seq: 3_007, after: 3_006 }]);
  expect(links(sent().toSorted((a, b) => a.seq! - b.seq!))).toEqual(room.chain('a', 0));
});

test('[CS-3] a view that was slow gets what is new first, once there is room', async () => {
  const { room, ann, sent } = await resuming(0);
  await turns();
  ann.sink.reads = false;
  for (let index = 0; index < 500; index += 1) {
    room.conversations.add('all', 'x'.repeat(100));
    if (index % 20 === 0) await turns(1);
  }
  const got = sent().length;
  expect(got).toBeLessThan(400);
  ann.sink.drain();
  room.conversations.add('all', 'now');
  expect(sent().some(({ early }) => early)).toBe(false);
  await turns(1);
  expect(sent().at(-1)).toMatchObject({ early: true, seq: 502, after: 501 });
  ann.sink.reads = true;
  ann.sink.drain();
  await turns(40);
  expect(links(sent().toSorted((a, b) => a.seq! - b.seq!))).toEqual(room.chain('a', 0));
});

test('[CS-3] no more than a thousand are sent ahead', async () => {
  const { room, sent } = await resuming(4_000, OUTBOX_LIMITS);
  for (let index = 0; index < 1_200; index += 1) room.conversations.add();
  await turns(80);
  expect(sent().filter(({ early }) => early)).toHaveLength(1_000);
  expect(links(sent().toSorted((a, b) => a.seq! - b.seq!))).toEqual(room.chain('a', 0));
});

test('[CS-3][RT-7] whatever happens, a causal view gets its chain once each, and nothing before its cause', async () => {
  const audience = fc.constantFrom<'all' | string[]>('all', 'all', ['a'], ['b']);
  const action = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), audience, back: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('store' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('attach' as const), back: fc.nat(600) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('turn' as const), count: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('stall' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('drain' as const) }) },
  );
  let early = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 60, size: 'max' }), async (actions) => {
      const room = new Scene();
      room.conversations.configure({ kind: 'causal' });
      for (let index = 0; index < 700; index += 1) room.conversations.store();
      const causes = new Map<number, number>();
      const readers: { sink: FakeSink; after: number }[] = [];
      for (const step of actions) {
        if (step.kind === 'store') room.conversations.store();
        if (step.kind === 'turn') await turns(step.count);
        if (step.kind === 'stall') for (const { sink } of readers) sink.reads = false;
        if (step.kind === 'drain') for (const { sink } of readers) sink.drain();
        if (step.kind === 'add') {
          const cause = Math.max(0, room.conversations.stored.length - step.back * 20);
          causes.set(room.conversations.add(step.audience, 'x'.repeat(100), cause), cause);
        }
        if (step.kind === 'attach') {
          const after = Math.max(0, room.conversations.stored.length - step.back);
          readers.push({ sink: room.attach('a', after).sink, after });
        }
      }
      room.conversations.add();
      for (let round = 0; round < 30; round += 1) {
        await turns(2);
        for (const { sink } of readers) sink.drain();
      }
      for (const { sink, after } of readers) {
        const chain = room.chain('a', after);
        const sent = sink.durable as Sent[];
        expect(links(sent.toSorted((x, y) => x.seq! - y.seq!))).toEqual(chain);
        const missing = new Set(chain.map(({ seq }) => seq));
        for (const { seq, early: ahead } of sent) {
          missing.delete(seq!);
          if (!ahead) continue;
          early += 1;
          const cause = causes.get(seq!) ?? 0;
          for (const { seq: lacked } of chain) expect(missing.has(lacked) && lacked <= cause).toBe(false);
        }
      }
    }),
    { numRuns: 60 },
  );
  expect(early).toBeGreaterThan(0);
});
