import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HostWorld, turns } from '../host/host.fixture.ts';
import type { SentEvent } from './delivery.fixture.ts';
import { FakeConversations, FakeSink, LIMITS, links, Scene, Wires } from './delivery.fixture.ts';
import type { Subscription } from './delivery.ts';
import { Delivery } from './delivery.ts';
import { Tick } from './tick.ts';
import { Outbox } from './outbox.ts';

test('[CS-5] who attaches gets the exact suffix and then what is published, in one chain', async () => {
  const scene = new Scene();
  for (let index = 0; index < 5; index += 1) scene.conversations.store();
  const { sink, subscription } = scene.attach('a', 2);
  scene.conversations.add();
  await turns();
  scene.conversations.add();
  await turns();
  expect(links(sink.durable)).toEqual(scene.chain('a', 2));
  expect(subscription.sent).toBe(7);
  // The suffix came as one frame.
  expect(sink.frames[0]).toHaveProperty('batch');
});

test('[CS-5][RT-7] whatever the audiences, the pauses and the buffers, each reader gets its exact chain', async () => {
  const audience = fc.constantFrom<'all' | string[]>('all', 'all', ['a'], ['b'], ['a', 'b'], ['a', 'a'], []);
  const action = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), audience }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('store' as const), audience }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('ephemeral' as const), audience }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('turn' as const), count: fc.integer({ min: 1, max: 6 }) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('drain' as const), who: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('stall' as const), who: fc.nat(20) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('attach' as const),
        who: fc.constantFrom('a', 'b', null),
        back: fc.nat(8),
        hidden: fc.nat(8),
      }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 80, size: 'max' }), async (actions) => {
      const scene = new Scene();
      const readers: { sink: FakeSink; who: string | null; after: number; from: number }[] = [];
      for (const step of actions) {
        if (step.kind === 'add') scene.conversations.add(step.audience, 'x'.repeat(600));
        if (step.kind === 'store') scene.conversations.store(step.audience);
        if (step.kind === 'ephemeral') scene.conversations.ephemeral(step.audience);
        if (step.kind === 'turn') await turns(step.count);
        if (step.kind === 'attach') {
          const head = scene.conversations.stored.length;
          const after = Math.max(0, head - step.back);
          const from = Math.max(0, head - step.hidden);
          readers.push({
            ...scene.attach(step.who, after, { historyFrom: from }),
            who: step.who,
            after,
            from,
          });
        }
        const reader = 'who' in step && typeof step.who === 'number' ? readers[step.who] : undefined;
        if (reader && step.kind === 'stall') reader.sink.reads = false;
        if (reader && step.kind === 'drain') reader.sink.drain();
      }
      // Whatever was stored without being published here is noticed with the next publication.
      scene.conversations.add();
      for (let round = 0; round < 30; round += 1) {
        await turns(2);
        for (const { sink } of readers) sink.drain();
      }
      for (const { sink, who, after, from } of readers) {
        expect(links(sink.durable)).toEqual(scene.chain(who, after, from));
      }
    }),
    { numRuns: 150 },
  );
});

test('[CS-5] what was not published here is fetched from the log with the next publication', async () => {
  const scene = new Scene();
  scene.conversations.add();
  const { sink } = scene.attach('a', 0);
  await turns();
  scene.conversations.add();
  scene.conversations.store();
  scene.conversations.add();
  scene.conversations.add();
  await turns();
  expect(links(sink.durable)).toEqual(scene.chain('a', 0));
  expect(sink.durable).toHaveLength(5);
});

test('[CS-5] attached in onSettled, nobody misses an event or hears of the own command again', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  const wires = new Wires();
  const delivery = new Delivery({ conversations: world.host, clock: world.clock });
  const sinks: FakeSink[] = [];
  const join = (who: string) =>
    world.join('cnv_1', who, {
      onSettled: (outcome, state) => {
        if (!outcome.ok || !state) throw new Error('refused');
        const sink = new FakeSink();
        sinks.push(sink);
        const outbox = wires.outbox(sink);
        delivery.attach({ conversation: 'cnv_1', participant: who, outbox, state, after: outcome.seq });
        outbox.reply(JSON.stringify({ re: who, seq: outcome.seq }));
      },
    });
  await Promise.all(['b', 'c', 'd'].map(join));
  await world.say('cnv_1', 'a', 'hello');
  await turns();
  const head = (await world.host.state('cnv_1'))!.seq;
  for (const [index, sink] of sinks.entries()) {
    const [reply, ...events] = sink.events as ({ re: string; seq: number } & SentEvent)[];
    expect(reply).toMatchObject({ re: ['b', 'c', 'd'][index], seq: 3 + index });
    const expected = Array.from({ length: head - 3 - index }, (_, nth) => ({
      seq: 4 + index + nth,
      after: 3 + index + nth,
    }));
    expect(links(events)).toEqual(expected);
  }
});

test('[CN-1] [RT-7] whoever has left is told so, and nothing of what comes behind it in the same batch', async () => {
  const scene = new Scene();
  const [ann, bob] = [scene.attach('a', 0), scene.attach('b', 0)];
  await turns();
  const batch = [
    { type: 'participant.left', json: { event: 'participant.left', seq: 1, data: { participant: 'a' } } },
    { type: 'floor.granted', json: { event: 'floor.granted', seq: 2, data: { participant: 'b' } } },
  ];
  const common = { audience: 'all' as const, by: undefined, cause: 0 };
  scene.conversations.publish(
    batch.map(({ type, json }) => ({ ...common, type, seq: json.seq, json: JSON.stringify(json) })),
  );
  scene.conversations.ephemeral();
  await turns();
  const told = ({ sink }: typeof ann) => sink.events.map(({ event }) => event);
  expect(told(ann)).toEqual(['participant.left']);
  expect(told(bob)).toEqual(['participant.left', 'floor.granted', 'typing']);
});

test('[CN-2] those who are behind are read for one after another', async () => {
  const scene = new Scene();
  for (let index = 0; index < 3; index += 1) scene.conversations.store();
  const readers = Array.from({ length: 50 }, () => scene.attach('a', 0));
  await turns(10);
  expect(scene.conversations.reads).toBeLessThan(15);
  await turns(100);
  for (const { sink } of readers) expect(links(sink.durable)).toEqual(scene.chain('a', 0));
});

test('[CN-2] a slow reader costs a cursor and not memory, delays nobody, and gets everything in the end', async () => {
  const scene = new Scene();
  const slow = scene.attach('a', 0);
  const fast = scene.attach('b', 0);
  await turns();
  slow.sink.reads = false;
  for (let index = 0; index < 500; index += 1) {
    scene.conversations.add('all', 'x'.repeat(100));
    if (index % 10 === 0) await turns(1);
  }
  await turns(1);
  expect(fast.sink.durable).toHaveLength(500);
  expect(slow.sink.bufferedBytes).toBeLessThan(LIMITS.maxBufferedBytes * 2);
  expect(slow.subscription.sent).toBeLessThan(100);
  const reads = scene.conversations.reads;
  scene.conversations.ephemeral();
  await turns();
  // It waits for room: the log is not read in vain, and ephemeral events are dropped.
  expect(scene.conversations.reads).toBe(reads);
  slow.sink.reads = true;
  slow.sink.drain();
  await turns(50);
  expect(links(slow.sink.durable)).toEqual(scene.chain('a', 0));
  expect(slow.sink.events.some(({ event }) => event === 'typing')).toBe(false);
  expect(fast.sink.events.some(({ event }) => event === 'typing')).toBe(true);
  scene.conversations.ephemeral();
  await turns();
  expect(slow.sink.events.some(({ event }) => event === 'typing')).toBe(true);
});

test('[CN-2] a reader that reads nothing for 30 s is closed with 4408 and listened to no more', async () => {
  const scene = new Scene();
  const { sink } = scene.attach('a', 0);
  await turns();
  sink.reads = false;
  for (let index = 0; index < 50; index += 1) scene.conversations.add('all', 'x'.repeat(200));
  await scene.clock.advance(30_000);
  expect(sink.closed?.code).toBe(4408);
  await turns();
  expect(scene.delivery.rooms).toBe(0);
});

test('[CN-2] live traffic passes between the pages of a long resume', async () => {
  const scene = new Scene();
  for (let index = 0; index < 3_000; index += 1) scene.conversations.store('all', 'x'.repeat(50));
  const behind = scene.attach('a', 0);
  await turns(3);
  const live = scene.attach('b', 3_000);
  scene.conversations.add();
  await turns(3);
  expect(live.sink.durable.at(-1)?.seq).toBe(3_001);
  expect(behind.sink.durable.length).toBeLessThan(3_001);
  await turns(60);
  expect(links(behind.sink.durable)).toEqual(scene.chain('a', 0));
});

test('[DG-2] a log that cannot be read for a while leaves no gap', async () => {
  const scene = new Scene();
  for (let index = 0; index < 3; index += 1) scene.conversations.store();
  scene.conversations.failures = 2;
  const { sink } = scene.attach('a', 0);
  await turns();
  scene.conversations.add();
  await scene.clock.advance(3_000);
  expect(links(sink.durable)).toEqual(scene.chain('a', 0));
});

test('one event is serialised once for all who have the same chain', async () => {
  const wires = new Wires();
  const conversations = new FakeConversations();
  const delivery = new Delivery({ conversations, clock: wires.clock });
  conversations.store();
  let encoded = 0;
  const subscriptions: Subscription[] = [];
  const sinks = Array.from({ length: 1_000 }, () => {
    return new FakeSink((json) => {
      encoded += 1;
      return new TextEncoder().encode(`${json}\n`);
    });
  });
  // One encoder for all, as the WebSocket channel has it.
  const [{ encode }] = sinks as [FakeSink];
  const tick = new Tick();
  for (const [index, sink] of sinks.entries()) {
    Object.assign(sink, { encode });
    const outbox = new Outbox(sink, tick, wires.clock);
    subscriptions.push(
      delivery.attach({
        conversation: 'cnv_1',
        participant: `p${index}`,
        outbox,
        state: conversations.now,
        after: 1,
      }),
    );
  }
  // Each of them reads the log first, one in each turn.
  await turns(1_100);
  conversations.add();
  conversations.add(['p1', 'p2']);
  conversations.add();
  await turns();
  // The first, the private one, the last in its two chains.
  expect(encoded).toBe(4);
  expect(new Set(sinks.map(({ writes }) => writes[0]![0])).size).toBe(2);
  expect(links(sinks[1]!.durable)).toEqual([
    { seq: 2, after: 1 },
    { seq: 3, after: 2 },
    { seq: 4, after: 3 },
  ]);
  expect(links(sinks[0]!.durable)).toEqual([
    { seq: 2, after: 1 },
    { seq: 4, after: 2 },
  ]);
  for (const subscription of subscriptions) subscription.detach();
  conversations.add();
  await turns();
  expect(encoded).toBe(4);
  expect(delivery.rooms).toBe(0);
});

test('a channel that takes no batches gets each stored event as a frame of its own', async () => {
  const scene = new Scene();
  for (let index = 0; index < 3; index += 1) scene.conversations.store();
  const sink = new FakeSink();
  sink.acceptsBatches = false;
  scene.delivery.attach({
    conversation: 'cnv_1',
    participant: 'a',
    outbox: scene.outbox(sink),
    state: scene.conversations.now,
    after: 0,
  });
  await turns();
  expect(sink.frames).toHaveLength(3);
  expect(sink.writes).toHaveLength(1);
});

test('a closed delivery reads for nobody any more, also where the log fails', async () => {
  const scene = new Scene();
  scene.conversations.store();
  scene.conversations.failures = 1_000;
  const { sink } = scene.attach('a', 0);
  await turns();
  scene.delivery.close();
  await scene.clock.advance(2_000);
  const { reads } = scene.conversations;
  await scene.clock.advance(10_000);
  expect(scene.conversations.reads).toBe(reads);
  expect(scene.clock.armed).toBe(0);
  expect(sink.frames).toEqual([]);
});
