import { expect, test } from 'vitest';
import { turns } from '../host/host.fixture.ts';
import { FakeSink, links, Scene } from './delivery.fixture.ts';

const holding = (holdMs = 100) => ({ kind: 'eventual', maxLagMs: 200, holdMs, snapshotBeyond: 10_000 });

const scene = async (holdMs?: number) => {
  const made = new Scene();
  made.conversations.configure(holding(holdMs));
  const ann = made.attach('a', 0);
  await turns();
  return { scene: made, ann };
};

test('[CS-2] events of holdMs leave together, in one frame, at the latest holdMs after the first', async () => {
  const { scene: room, ann } = await scene();
  room.conversations.add();
  await room.clock.advance(60);
  room.conversations.ephemeral();
  room.conversations.add();
  await room.clock.advance(39);
  expect(ann.sink.frames).toEqual([]);
  await room.clock.advance(1);
  expect(ann.sink.frames).toHaveLength(1);
  expect(ann.sink.events.map(({ event }) => event)).toEqual(['test', 'typing', 'test']);
  expect(links(ann.sink.durable)).toEqual(room.chain('a', 0));
  // The next time begins with the next event.
  room.conversations.add();
  await room.clock.advance(100);
  expect(links(ann.sink.durable)).toEqual(room.chain('a', 0));
  await room.clock.advance(1_000);
  expect(room.clock.armed).toBe(0);
});

test('[CS-2] whoever holds the same is sent the same bytes', async () => {
  const { scene: room, ann } = await scene();
  const other = new FakeSink(ann.sink.encode);
  room.attach('b', 0, { sink: other });
  await turns();
  for (let index = 0; index < 3; index += 1) room.conversations.add();
  await room.clock.advance(100);
  expect(other.writes[0]![0]).toBe(ann.sink.writes[0]![0]);
});

test('[CS-2] what fills a frame does not wait', async () => {
  const { scene: room, ann } = await scene(60_000);
  room.conversations.configure({ ...holding(60_000), maxLagMs: 60_000 });
  room.conversations.add('all', 'x'.repeat(70_000));
  await turns();
  expect(ann.sink.durable).toHaveLength(1);
});

test('[CS-2] a channel that takes no batches gets what was held one by one', async () => {
  const { scene: room } = await scene();
  const sink = new FakeSink();
  sink.acceptsBatches = false;
  room.attach('b', 0, { sink });
  await turns();
  for (let index = 0; index < 3; index += 1) room.conversations.add();
  await room.clock.advance(100);
  expect(sink.frames).toHaveLength(3);
  expect(sink.writes).toHaveLength(1);
});

test('[CS-2] what is held leaves when the view is detached, falls behind or changes its level', async () => {
  const { scene: room, ann } = await scene();
  room.conversations.add();
  ann.subscription.detach();
  await turns();
  expect(ann.sink.durable).toHaveLength(1);
  const bob = room.attach('b', 1);
  await turns();
  room.conversations.add();
  room.conversations.store();
  room.conversations.add();
  await turns();
  expect(links(bob.sink.durable)).toEqual(room.chain('b', 1));
  room.conversations.add();
  room.conversations.configure({ kind: 'causal' });
  room.conversations.add();
  await turns();
  expect(links(bob.sink.durable)).toEqual(room.chain('b', 1));
});
