import { expect, test } from 'vitest';
import { ServerClock } from './server-clock.ts';
import { ManualClock, settled } from './testing/manual-clock.ts';
import { scenario } from './testing/scenario.ts';

test('assumes that the hub read its clock half-way between question and answer', async () => {
  const local = new ManualClock(1_000);
  const clock = new ServerClock(local);
  await local.advance(200);
  clock.hello(1_000, 51_100);
  expect(clock.now()).toBe(51_200);
});

test('an event cannot arrive before it happened', async () => {
  const local = new ManualClock(1_000);
  const clock = new ServerClock(local);
  clock.hello(1_000, 5_000);
  clock.event(5_300);
  expect(clock.now()).toBe(5_300);
  clock.event(2_000);
  expect(clock.now()).toBe(5_300);
});

test('never steps back, even when a later hello says that it was ahead', async () => {
  const local = new ManualClock(1_000);
  const clock = new ServerClock(local);
  clock.hello(1_000, 9_000);
  expect(clock.now()).toBe(9_000);
  clock.hello(1_000, 8_000);
  expect(clock.now()).toBe(9_000);
  await local.advance(1_500);
  expect(clock.now()).toBe(9_500);
});

test('a time that is none changes nothing', () => {
  const local = new ManualClock(1_000);
  const clock = new ServerClock(local);
  clock.hello(1_000, Number.NaN);
  clock.event(Number.NaN);
  expect(clock.now()).toBe(1_000);
});

test('events of a hub whose clock runs ahead move the connection’s time', async () => {
  const { hub, room, clock, connection } = await scenario();
  hub.skewMs = 5_000;
  hub.act(room.me, 'topic.set', { topic: 'x' });
  await settled();
  expect(connection.serverNow()).toBe(clock.now() + 5_000);
  await connection.close();
});
