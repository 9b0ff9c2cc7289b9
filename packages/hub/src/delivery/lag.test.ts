import { expect, test } from 'vitest';
import { turns } from '../host/host.fixture.ts';
import type { SentEvent } from './delivery.fixture.ts';
import { Scene } from './delivery.fixture.ts';

const told = (events: readonly SentEvent[], type: string) =>
  events
    .filter(({ event }) => event === type)
    .map((event) => (event as unknown as { data: Record<string, unknown> }).data);

/** Ann and Bob, who are live, at the level that holds by default. */
async function scene() {
  const room = new Scene();
  const ann = room.attach('a', 0);
  const bob = room.attach('b', 0);
  await turns();
  return { room, ann, bob };
}

// Found by the simulated world: after the wall clock was set back, nobody was told for as long as that.
test('[CS-2] a view is told in its time although the wall clock is set back meanwhile', async () => {
  const { room, ann } = await scene();
  ann.sink.reads = false;
  room.conversations.add();
  await room.clock.advance(100);
  room.clock.jump(-60_000);
  await room.clock.advance(300);
  expect(told(ann.sink.events, 'view.stale')).toHaveLength(1);
});

test('[CS-2] a view for which something has waited longer than maxLagMs is told so, and so are the others', async () => {
  const { room, ann, bob } = await scene();
  room.conversations.add();
  await room.clock.advance(100);
  ann.sink.reads = false;
  room.conversations.add();
  room.conversations.add();
  await room.clock.advance(200);
  expect(told(ann.sink.events, 'view.stale')).toEqual([]);
  await room.clock.advance(100);
  for (const { sink } of [ann, bob]) {
    const [stale, ...more] = told(sink.events, 'view.stale');
    expect(stale).toMatchObject({ participant: 'a', level: 'eventual', seq: 1, head: 3 });
    expect(stale!['lagMs']).toBeGreaterThan(200);
    expect(stale!['lagMs']).toBeLessThanOrEqual(300);
    expect(more).toEqual([]);
  }
  await room.clock.advance(1_000);
  expect(told(bob.sink.events, 'view.stale')).toHaveLength(1);
  ann.sink.reads = true;
  ann.sink.drain();
  await room.clock.advance(100);
  for (const { sink } of [ann, bob]) {
    expect(told(sink.events, 'view.caught_up')).toEqual([{ participant: 'a', level: 'eventual', seq: 3 }]);
  }
  await room.clock.advance(1_000);
  expect(room.clock.armed).toBe(0);
});

test('[CS-2] the view itself is told even where its buffer is full, and while it reads the log', async () => {
  const { room, ann } = await scene();
  ann.sink.reads = false;
  for (let index = 0; index < 100; index += 1) room.conversations.add('all', 'x'.repeat(100));
  await room.clock.advance(300);
  expect(told(ann.sink.events, 'view.stale')).toMatchObject([{ participant: 'a', head: 100 }]);
  ann.sink.reads = true;
  ann.sink.drain();
  await turns(20);
  await room.clock.advance(100);
  expect(told(ann.sink.events, 'view.caught_up')).toMatchObject([{ seq: 100 }]);
});

test('[CS-2] a view for which the log is read too long is told, though nothing waits on its connection', async () => {
  const room = new Scene();
  room.conversations.store();
  // The log answers at the second attempt, a second later.
  room.conversations.failures = 1;
  const { sink } = room.attach('a', 0);
  await room.clock.advance(150);
  expect(sink.events).toEqual([]);
  await room.clock.advance(150);
  expect(told(sink.events, 'view.stale')).toMatchObject([{ participant: 'a', seq: 0 }]);
  await room.clock.advance(1_000);
  expect(told(sink.events, 'view.caught_up')).toMatchObject([{ participant: 'a', seq: 1 }]);
});

test('[CS-2] the view is told ahead of what is held back for it', async () => {
  const room = new Scene();
  room.conversations.configure({ kind: 'eventual', maxLagMs: 200, holdMs: 150, snapshotBeyond: 10_000 });
  const { sink } = room.attach('a', 0);
  await turns();
  sink.reads = false;
  room.conversations.add();
  await room.clock.advance(210);
  room.conversations.add();
  await room.clock.advance(300);
  expect(sink.events.map(({ event, seq }) => seq ?? event)).toEqual([1, 'view.stale', 2]);
});

test('[CS-2] a view that is slow but never behind by so much is not told', async () => {
  const { room, ann } = await scene();
  ann.sink.reads = false;
  for (let round = 0; round < 50; round += 1) {
    room.conversations.add('all', 'x'.repeat(50));
    await room.clock.advance(40);
    // It is always behind by the last two events, that is by eighty milliseconds.
    ann.sink.drain(Math.max(0, ann.sink.bufferedBytes - 200));
  }
  expect(ann.sink.bufferedBytes).toBeGreaterThan(0);
  expect(told(ann.sink.events, 'view.stale')).toEqual([]);
});

test('[CS-2] a view that is always behind by more is told, though something always leaves', async () => {
  const { room, ann } = await scene();
  ann.sink.reads = false;
  for (let round = 0; round < 50; round += 1) {
    room.conversations.add('all', 'x'.repeat(50));
    await room.clock.advance(40);
    ann.sink.drain(Math.max(0, ann.sink.bufferedBytes - 1_000));
  }
  const [stale] = told(ann.sink.events, 'view.stale');
  expect(stale).toMatchObject({ participant: 'a' });
  expect(stale!['seq']).toBeLessThan(stale!['head'] as number);
});

test('[CS-2] the others are told of ten in a second at most, each one itself always', async () => {
  const room = new Scene();
  const slow = Array.from({ length: 40 }, (_, index) => room.attach(`p${index}`, 0));
  const witness = room.attach('w', 0);
  await turns(20);
  for (const { sink } of slow) sink.reads = false;
  room.conversations.add();
  await room.clock.advance(900);
  for (const [index, { sink }] of slow.entries()) {
    const own = told(sink.events, 'view.stale').filter(({ participant }) => participant === `p${index}`);
    expect(own).toHaveLength(1);
  }
  expect(told(witness.sink.events, 'view.stale')).toHaveLength(10);
  for (const { sink } of slow) {
    sink.reads = true;
    sink.drain();
  }
  await room.clock.advance(200);
  // Of whoever was announced it is told that it has caught up, and of nobody else.
  const names = (type: string) => told(witness.sink.events, type).map(({ participant }) => participant);
  expect(names('view.caught_up').toSorted()).toEqual(names('view.stale').toSorted());
});

test('[CS-2] nobody is told at levels that promise nothing about lag', async () => {
  const { room, ann, bob } = await scene();
  room.conversations.configure({ kind: 'causal' });
  room.conversations.add();
  ann.sink.reads = false;
  room.conversations.add();
  await room.clock.advance(5_000);
  expect(told([...ann.sink.events, ...bob.sink.events], 'view.stale')).toEqual([]);
});

test('[CS-2] each view goes by its own level, where it chose one', async () => {
  const { room, bob } = await scene();
  room.conversations.join('c', { kind: 'strong', barrierTimeoutMs: 5_000 });
  const cy = room.attach('c', 0);
  const reader = room.attach(null, 0);
  await turns();
  for (const { sink } of [cy, reader]) sink.reads = false;
  room.conversations.add();
  await room.clock.advance(1_000);
  for (const { sink } of [bob, cy, reader]) expect(told(sink.events, 'view.stale')).toEqual([]);
});

test('[CS-2] who came back over another connection is announced to have caught up', async () => {
  const { room, ann, bob } = await scene();
  ann.sink.reads = false;
  room.conversations.add();
  await room.clock.advance(400);
  expect(told(bob.sink.events, 'view.stale')).toHaveLength(1);
  ann.subscription.detach();
  room.attach('a', 1);
  room.conversations.add();
  await room.clock.advance(200);
  expect(told(bob.sink.events, 'view.caught_up')).toEqual([{ participant: 'a', level: 'eventual', seq: 2 }]);
});

test('[CN-2] views are looked at a few at a time, so that looking keeps nobody waiting, and all in time', async () => {
  const room = new Scene();
  const views = Array.from({ length: 600 }, (_, index) => room.attach(`p${index}`, 0));
  // Each reads what those before it brought about, in turns.
  await turns(2 * views.length);
  for (const { sink } of views) sink.reads = false;
  room.conversations.add();
  await turns();
  const numbers: number[] = [];
  let before = 0;
  while (before < views.length && room.clock.steady < 1_000) {
    room.clock.step();
    await turns();
    const stale = views.filter(({ sink }, index) =>
      told(sink.events, 'view.stale').some(({ participant }) => participant === `p${index}`),
    ).length;
    if (stale > before) numbers.push(stale - before);
    before = stale;
  }
  expect(Math.max(...numbers)).toBe(250);
  expect(before).toBe(views.length);
  expect(room.clock.steady).toBeLessThanOrEqual(310);
});
