import { expect, test } from 'vitest';
import { turns } from '../host/host.fixture.ts';
import { FakeSink, lines, Wires } from './delivery.fixture.ts';
import { Frame } from './frame.ts';
import { Outbox } from './outbox.ts';
import { Tick } from './tick.ts';

const LIMITS = { maxBufferedBytes: 1_000, stalledMs: 30_000 };

test('everything of one turn of the event loop leaves in one write, in order', async () => {
  const wires = new Wires();
  const sink = new FakeSink();
  const outbox = wires.outbox(sink);
  outbox.push(new Frame('{"seq":1}'));
  outbox.reply('{"re":"7"}');
  outbox.push(new Frame('{"seq":2}'));
  expect(sink.writes).toHaveLength(0);
  await turns(1);
  expect(sink.writes).toHaveLength(1);
  expect(sink.frames).toEqual([{ seq: 1 }, { re: '7' }, { seq: 2 }]);
  outbox.push(new Frame('{"seq":3}'));
  await turns(1);
  expect(sink.writes).toHaveLength(2);
});

test('who is sent the same in one turn is written the same bytes, put together once', async () => {
  const wires = new Wires();
  let encoded = 0;
  const encode = (json: string): Uint8Array => {
    encoded += 1;
    return lines(json);
  };
  const sinks = Array.from({ length: 10 }, () => new FakeSink(encode));
  const other = new FakeSink((json) => lines(`[${json}]`));
  const outboxes = [...sinks, other].map((sink) => wires.outbox(sink));
  const frames = [1, 2, 3].map((seq) => new Frame(`{"seq":${seq}}`));
  // One of them is answered in between, so its bytes differ.
  for (const frame of frames) {
    for (const outbox of outboxes) outbox.push(frame);
    if (frame === frames[0]) outboxes[3]!.reply('{"re":"x"}');
  }
  await turns(1);
  expect(encoded).toBe(4);
  const [first] = sinks;
  expect(first!.writes).toHaveLength(1);
  expect(first!.writes[0]).toHaveLength(1);
  for (const [index, sink] of sinks.entries()) {
    if (index === 3) continue;
    expect(sink.writes[0]![0]).toBe(first!.writes[0]![0]);
    expect(sink.frames).toEqual([{ seq: 1 }, { seq: 2 }, { seq: 3 }]);
  }
  expect(sinks[3]!.frames).toEqual([{ seq: 1 }, { re: 'x' }, { seq: 2 }, { seq: 3 }]);
  expect(other.frames).toEqual([[{ seq: 1 }], [{ seq: 2 }], [{ seq: 3 }]]);
});

test('[CN-2] an outbox says when it is full, and when there is room again', async () => {
  const wires = new Wires();
  const sink = new FakeSink();
  sink.reads = false;
  const outbox = wires.outbox(sink, LIMITS);
  outbox.push(new Frame(`"${'x'.repeat(600)}"`));
  expect(outbox.hasRoom).toBe(true);
  // What waits for the end of the turn counts as well.
  outbox.push(new Frame(`"${'x'.repeat(600)}"`));
  expect(outbox.hasRoom).toBe(false);
  await turns(1);
  let room = false;
  void outbox.whenRoom().then(() => (room = true));
  sink.drain(500);
  await turns(1);
  expect(room).toBe(false);
  sink.drain();
  await turns(1);
  expect(room).toBe(true);
  expect(wires.clock.armed).toBe(0);
});

test('[CN-2] without progress for 30 s a full connection is closed with 4408; with progress it is not', async () => {
  const wires = new Wires();
  const [stalled, slow] = [new FakeSink(), new FakeSink()];
  for (const sink of [stalled, slow]) {
    sink.reads = false;
    wires.outbox(sink, LIMITS).push(new Frame(`"${'x'.repeat(5_000)}"`));
  }
  await turns(1);
  for (let second = 0; second < 29; second += 1) {
    await wires.clock.advance(1_000);
    slow.drain(10);
  }
  expect(stalled.closed).toBeNull();
  await wires.clock.advance(1_000);
  expect(stalled.closed).toEqual({ code: 4408, reason: 'outgoing buffer full' });
  expect(slow.closed).toBeNull();
  await wires.clock.advance(30_000);
  expect(slow.closed?.code).toBe(4408);
  expect(wires.clock.armed).toBe(0);
});

test('[CN-2] it is full beyond a mebibyte, and closed after half a minute, unless said otherwise', async () => {
  const wires = new Wires();
  const sink = new FakeSink();
  sink.reads = false;
  const outbox = wires.outbox(sink);
  outbox.push(new Frame('x'.repeat(1_024 * 1_024 - 1)));
  expect(outbox.hasRoom).toBe(true);
  outbox.push(new Frame('x'));
  expect(outbox.hasRoom).toBe(false);
  await turns(1);
  await wires.clock.advance(29_999);
  expect(sink.closed).toBeNull();
  await wires.clock.advance(1);
  expect(sink.closed?.code).toBe(4408);
});

test('[CN-2] who asks on and never reads the answers is closed', async () => {
  const wires = new Wires();
  const sink = new FakeSink();
  sink.reads = false;
  const outbox = wires.outbox(sink, LIMITS);
  for (let index = 0; index < 100; index += 1) {
    outbox.reply(`"${'x'.repeat(100)}"`);
    await turns(1);
  }
  expect(sink.closed?.code).toBe(4408);
  expect(sink.bufferedBytes).toBeLessThan(5_000);
});

test('an ended outbox sends nothing more and lets go whoever waits', async () => {
  const wires = new Wires();
  const sink = new FakeSink();
  sink.reads = false;
  const outbox = wires.outbox(sink, LIMITS);
  outbox.push(new Frame(`"${'x'.repeat(2_000)}"`));
  await turns(1);
  const room = outbox.whenRoom();
  outbox.reply('"pending"');
  outbox.end();
  await room;
  await turns(1);
  expect(sink.writes).toHaveLength(1);
  expect(outbox.hasRoom).toBe(false);
  expect(wires.clock.armed).toBe(0);
});

test('[CN-2] a connection that cannot be written to is cut off alone, and the others of its turn get theirs', async () => {
  const { clock } = new Wires();
  const logged: object[] = [];
  const note = (details: object): void => void logged.push(details);
  const tick = new Tick(setImmediate, { warn: note, error: note });
  const [first, broken, last] = [new FakeSink(), new FakeSink(), new FakeSink()];
  const failure = new Error('the socket is gone');
  broken.send = () => {
    throw failure;
  };
  const outboxes = [first, broken, last].map((sink) => new Outbox(sink, tick, clock));
  for (const outbox of outboxes) outbox.push(new Frame('{"seq":1}'));
  await turns(1);
  expect(first.frames).toEqual([{ seq: 1 }]);
  expect(last.frames).toEqual([{ seq: 1 }]);
  expect(broken.closed?.code).toBe(1011);
  // It is over, and fails no second time.
  for (const outbox of outboxes) outbox.push(new Frame('{"seq":2}'));
  await turns(1);
  expect(last.frames).toEqual([{ seq: 1 }, { seq: 2 }]);
  expect(logged).toEqual([{ err: failure }]);
});

test('a connection that cannot even be closed holds up nobody either', async () => {
  const { clock } = new Wires();
  const logged: object[] = [];
  const note = (details: object): void => void logged.push(details);
  const tick = new Tick(setImmediate, { warn: note, error: note });
  const [broken, last] = [new FakeSink(), new FakeSink()];
  const [lost, stuck] = [new Error('the socket is gone'), new Error('nothing to close')];
  broken.send = () => {
    throw lost;
  };
  broken.close = () => {
    throw stuck;
  };
  for (const sink of [broken, last]) new Outbox(sink, tick, clock).push(new Frame('{"seq":1}'));
  await turns(1);
  expect(last.frames).toEqual([{ seq: 1 }]);
  expect(logged).toEqual([{ err: lost }, { err: stuck }]);
});
