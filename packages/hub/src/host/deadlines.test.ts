import { expect, test } from 'vitest';
import { SimulatedClock } from './clock.simulated.ts';
import { coreDecider } from './decider.ts';
import { FaultyLog, HostWorld, turns } from './host.fixture.ts';

const HOUR = 3_600_000;

test('[FL-11] a deadline fires by itself, once, at its time', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a', 'b']);
  await world.ok('cnv_1', 'a', 'floor.request', {});
  await world.ok('cnv_1', 'b', 'floor.request', {});
  const granted = world.clock.now();
  await world.clock.advance(29_999);
  expect(world.types()).not.toContain('floor.revoked');
  await world.clock.advance(1);
  const revoked = world.commits.find(({ events }) => events.some(({ type }) => type === 'floor.revoked'));
  expect(revoked?.at).toBe(granted + 30_000);
  expect(revoked?.events.map(({ type }) => type)).toContain('floor.granted');
  expect(revoked?.events.every(({ by }) => by === undefined)).toBe(true);
});

test('[RL-1] [FL-11] a deadline that passed while the hub was down is carried out when it is back', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a'], { whenEmpty: { kind: 'end', delayMs: 600_000 } });
  await world.ok('cnv_1', 'a', 'conversation.leave', {});
  await world.host.stop();
  await world.clock.advance(900_000);
  const after = world.restarted();
  await after.host.start();
  await turns();
  expect(after.types()).toEqual(['conversation.ended']);
  expect(after.commits[0]?.at).toBe(world.clock.now());
});

test('[FL-11] what is due comes before a command that arrives later, as a record of its own', async () => {
  // Nobody starts a timer in time: the process was busy, or stood still.
  const clock = new SimulatedClock();
  const world = new HostWorld({ clock });
  await world.create('cnv_1', ['a', 'b']);
  const { data } = await world.ok('cnv_1', 'a', 'floor.request', {});
  clock.jump(31_000);
  const late = await world.submit('cnv_1', 'a', 'speech', { grant: data['grant'] as number, text: 'late' });
  expect(late).toMatchObject({ ok: false, rejection: { code: 'floor.stale_grant' } });
  const records = await world.faults.inner.read('cnv_1', 0, { limit: 100, maxBytes: 1e6 });
  expect(records.at(-1)?.command).toBeNull();
  expect(
    records
      .at(-1)
      ?.events.map(({ json }) => json)
      .join(),
  ).toContain('floor.revoked');
});

test('[RL-4] a clock that is set back by an hour delays no deadline and turns no time back', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a', 'b']);
  await world.ok('cnv_1', 'a', 'floor.request', {});
  await world.clock.advance(20_000);
  world.clock.jump(-HOUR);
  await world.ok('cnv_1', 'b', 'floor.request', {});
  await world.clock.advance(10_000);
  expect(world.types()).toContain('floor.revoked');
  const instants = world.commits.map(({ at }) => at);
  expect(instants).toEqual(instants.toSorted((a, b) => a - b));
  expect(instants.at(-1)! - instants[0]!).toBe(30_000);
});

test('[RL-4] a hub that starts with a clock an hour behind the log goes on at its pace', async () => {
  const world = new HostWorld({ clock: new SimulatedClock(HOUR * 1_000) });
  await world.create('cnv_1', ['a', 'b']);
  const before = new HostWorld({
    clock: new SimulatedClock(HOUR * 999),
    faults: new FaultyLog(world.faults.inner),
  });
  await before.ok('cnv_1', 'a', 'connection.restored', { participant: 'a' });
  await before.ok('cnv_1', 'a', 'floor.request', {});
  expect(before.commits.every(({ at }) => at >= HOUR * 1_000)).toBe(true);
  await before.clock.advance(30_000);
  expect(before.types()).toContain('floor.revoked');
});

test('[RL-4] a clock that is set forward lets pass what is due, and goes on', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  await world.ok('cnv_1', 'a', 'floor.request', {});
  world.clock.jump(HOUR);
  expect((await world.ok('cnv_1', 'a', 'floor.request', {})).data['status']).toBe('granted');
  expect(world.types().filter((type) => type === 'floor.granted')).toHaveLength(2);
});

test('[DG-2] a deadline that cannot be written is tried again until it can', async () => {
  const world = new HostWorld({ limits: { retryMs: 100, retryMaxMs: 400 } });
  await world.create('cnv_1', ['a']);
  await world.ok('cnv_1', 'a', 'floor.request', {});
  const before = world.faults.calls['append']!;
  world.faults.fail();
  await world.clock.advance(32_000);
  const tries = world.faults.calls['append']! - before;
  // At 0, 100, 300, 700, 1 100 … ms after it was due.
  expect(tries).toBeGreaterThan(4);
  expect(tries).toBeLessThan(10);
  expect(world.types()).not.toContain('floor.revoked');
  world.faults.heal();
  await world.clock.advance(400);
  expect(world.types().filter((type) => type === 'floor.revoked')).toHaveLength(1);
});

test('[PR-1] two who become idle at the same instant are both told of', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a', 'b']);
  await world.clock.advance(3_600_000);
  const idle = world.types().filter((type) => type === 'presence.changed');
  expect(idle).toHaveLength(2);
  expect(world.errors).toEqual([]);
});

test('a deadline that does not move on is reported and does not spin', async () => {
  let decided = 0;
  const decider = {
    ...coreDecider,
    nextDeadline: () => 0,
    decide: (...args: Parameters<typeof coreDecider.decide>) => {
      if (args[1].op !== 'deadline.reached') return coreDecider.decide(...args);
      decided += 1;
      return { ok: true as const, value: { state: args[0], events: [], reply: {} } };
    },
  };
  const world = new HostWorld({ decider });
  await world.create('cnv_1', ['a']);
  decided = 0;
  await world.clock.advance(60_000);
  expect(decided).toBeLessThan(30);
  expect(world.errors).toContain('a deadline does not move on');
  expect((await world.ok('cnv_1', 'a', 'item.open', { kind: 'task', text: 't' })).ok).toBe(true);
});

test('[PR-4] a sleeping conversation wakes for its deadline, with one timer for all', async () => {
  const world = new HostWorld({ limits: { sleepAfterMs: 1_000, scanEveryMs: 5_000 } });
  await world.host.start();
  const config = { whenEmpty: { kind: 'end', delayMs: 600_000 } };
  for (const id of ['cnv_1', 'cnv_2', 'cnv_3']) {
    await world.create(id, ['a'], config);
    await world.ok(id, 'a', 'conversation.leave', {});
  }
  await world.clock.advance(5_000);
  expect(world.host.awake).toBe(0);
  // The sweep's and the scanner's.
  expect(world.clock.armed).toBe(2);
  await world.clock.advance(590_000);
  expect(world.types()).not.toContain('conversation.ended');
  await world.clock.advance(11_000);
  await turns();
  expect(world.types().filter((type) => type === 'conversation.ended')).toHaveLength(3);
});
