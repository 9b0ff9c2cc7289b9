import { expect, test } from 'vitest';
import { turns } from '../host/host.fixture.ts';
import type { SentEvent } from './delivery.fixture.ts';
import { links, Scene } from './delivery.fixture.ts';
import { OUTBOX_LIMITS } from './outbox.ts';

const scene = async () => {
  const room = new Scene();
  room.conversations.configure({ kind: 'bestEffort' });
  const ann = room.attach('a', 0);
  await turns();
  return { room, ann };
};

const dropped = (events: readonly SentEvent[]) =>
  events
    .filter(({ event }) => event === 'delivery.dropped')
    .map((event) => (event as unknown as { data: { count: number } }).data.count);

test('[CS-4] behind a full buffer the newest wait, the oldest go and are counted, and the chain shows the gap', async () => {
  const { room, ann } = await scene();
  ann.sink.reads = false;
  for (let index = 0; index < 400; index += 1) {
    room.conversations.add('all', 'x'.repeat(200));
    if (index % 10 === 9) await turns(1);
  }
  const before = ann.sink.durable.length;
  expect(dropped(ann.sink.events)).toEqual([]);
  ann.sink.reads = true;
  ann.sink.drain();
  await turns();
  const events = ann.sink.events;
  const [count] = dropped(events);
  expect(count).toBe(400 - before - 256);
  // Told before the next event that is sent, whose predecessor is the last one that was dropped.
  const at = events.findIndex(({ event }) => event === 'delivery.dropped');
  expect(events[at]).toMatchObject({ data: { participant: 'a', count } });
  expect(events[at - 1]!.seq).toBe(before);
  expect(events[at + 1]).toMatchObject({ seq: before + count! + 1, after: before + count! });
  expect(links(ann.sink.durable)).toEqual(
    room.chain('a', 0).filter(({ seq }) => seq <= before || seq > before + count!),
  );
  // It never reads the log for what it missed, and goes on as before.
  const { reads } = room.conversations;
  room.conversations.add();
  await turns();
  expect(room.conversations.reads).toBe(reads);
  expect(ann.sink.durable.at(-1)).toMatchObject({ seq: 401, after: 400 });
  expect(dropped(ann.sink.events)).toHaveLength(1);
  // What was told once is not told again when something waits the next time.
  ann.sink.reads = false;
  for (let index = 0; index < 100; index += 1) room.conversations.add('all', 'x'.repeat(100));
  ann.sink.reads = true;
  ann.sink.drain();
  await turns();
  expect(ann.sink.durable.at(-1)).toMatchObject({ seq: 501, after: 500 });
  expect(dropped(ann.sink.events)).toHaveLength(1);
});

test('[CS-4] what waits is bounded in size too', async () => {
  const { room, ann } = await scene();
  ann.sink.reads = false;
  room.conversations.add('all', 'x'.repeat(10_000));
  await turns();
  for (let index = 0; index < 10; index += 1) room.conversations.add('all', 'y'.repeat(100_000));
  ann.sink.reads = true;
  ann.sink.drain();
  await turns();
  expect(dropped(ann.sink.events)).toEqual([8]);
  expect(ann.sink.durable.map(({ seq }) => seq)).toEqual([1, 10, 11]);
});

test('[CS-4] nothing is dropped, and nothing told, where there is room again in time', async () => {
  const { room, ann } = await scene();
  ann.sink.reads = false;
  for (let index = 0; index < 100; index += 1) room.conversations.add('all', 'x'.repeat(100));
  ann.sink.reads = true;
  ann.sink.drain();
  await turns();
  expect(links(ann.sink.durable)).toEqual(room.chain('a', 0));
  expect(dropped(ann.sink.events)).toEqual([]);
});

test('[CS-4][CN-2] who reads nothing at all is closed, and what waits for it goes', async () => {
  const { room, ann } = await scene();
  ann.sink.reads = false;
  for (let index = 0; index < 100; index += 1) room.conversations.add('all', 'x'.repeat(100));
  const sent = ann.sink.writes.length;
  await room.clock.advance(30_000);
  expect(ann.sink.closed?.code).toBe(4408);
  expect(ann.sink.writes.length).toBeLessThanOrEqual(sent + 1);
});

test('[CS-4] a view that becomes one that misses nothing reads the log from then on', async () => {
  const { room, ann } = await scene();
  ann.sink.reads = false;
  for (let index = 0; index < 100; index += 1) room.conversations.add('all', 'x'.repeat(100));
  room.conversations.configure({ kind: 'causal' });
  room.conversations.add();
  ann.sink.reads = true;
  ann.sink.drain();
  await turns(20);
  expect(links(ann.sink.durable)).toEqual(room.chain('a', 0));
});

test('[CS-4][CS-5] a view that has become one that misses nothing drops nothing while the log is read for it', async () => {
  const room = new Scene();
  room.conversations.configure({ kind: 'bestEffort' });
  const ann = room.attach('a', 0, { limits: OUTBOX_LIMITS });
  // One event, one frame, as some channels want it.
  ann.sink.acceptsBatches = false;
  await turns();
  room.conversations.configure({ kind: 'causal' });
  room.conversations.add();
  const full = (): void => ann.outbox.reply(`"${'x'.repeat(OUTBOX_LIMITS.maxBufferedBytes)}"`);
  ann.sink.reads = false;
  full();
  for (let index = 0; index < 400; index += 1) room.conversations.add();
  // Answers fill the buffer again while a page of 400 events is on its way.
  const read = room.conversations.readEvents.bind(room.conversations);
  room.conversations.readEvents = async (...asked) => {
    const page = await read(...asked);
    room.conversations.readEvents = read;
    full();
    return page;
  };
  ann.sink.drain();
  await turns(20);
  ann.sink.reads = true;
  ann.sink.drain();
  await turns(20);
  expect(dropped(ann.sink.events)).toEqual([]);
  expect(links(ann.sink.durable)).toEqual(room.chain('a', 0));
  // Of best effort again, it drops again.
  room.conversations.configure({ kind: 'bestEffort' });
  room.conversations.add();
  ann.sink.reads = false;
  full();
  for (let index = 0; index < 300; index += 1) room.conversations.add();
  ann.sink.reads = true;
  ann.sink.drain();
  await turns(20);
  expect(dropped(ann.sink.events)).toEqual([300 - 256]);
});
