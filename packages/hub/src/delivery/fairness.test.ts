import { httpAnswers } from '@parley/protocol';
import { expect, test } from 'vitest';
import { HostWorld } from '../host/host.fixture.ts';
import { fairnessOf } from './fairness.ts';

const anybody = { participant: null, moderator: false };

/** Each holds the floor for so long while all of them want it. */
async function spoken(turns: Readonly<Record<string, number>>): Promise<HostWorld> {
  const world = new HostWorld();
  const timers = { firstContentMs: 3_600_000, silenceMs: 3_600_000 };
  await world.create('cnv_1', [...Object.keys(turns), 'silent'], { floor: { timers } });
  for (const id of Object.keys(turns)) await world.ok('cnv_1', id, 'floor.request', {});
  for (const [id, ms] of Object.entries(turns)) {
    await world.clock.advance(ms);
    await world.ok('cnv_1', id, 'floor.release', {});
  }
  return world;
}

const reportOf = async (world: HostWorld) =>
  fairnessOf((await world.host.state('cnv_1'))!, anybody, world.clock.now());

test('shares are speaking time over the time in which somebody wanted to speak', async () => {
  const { participants, jain, gini, evenness } = await reportOf(
    await spoken({ a: 60_000, b: 30_000, c: 10_000 }),
  );
  const shares = [60 / 60, 30 / 90, 10 / 100];
  expect(participants.map(({ demandMs }) => demandMs)).toEqual([60_000, 90_000, 100_000]);
  expect(participants.map(({ fairShare }) => fairShare)).toEqual(shares);
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  expect(jain).toBeCloseTo(sum ** 2 / (3 * squares), 10);
  expect(gini).toBeCloseTo((2 * (1 * shares[2]! + 2 * shares[1]! + 3 * shares[0]!)) / (3 * sum) - 4 / 3, 10);
  expect(evenness).toBeLessThan(1);
  expect(participants.reduce((total, { recentShare }) => total + recentShare, 0)).toBeCloseTo(1, 10);
  expect(httpAnswers.fairness.safeParse(await reportOf(await spoken({ a: 5 }))).success).toBe(true);
});

test('a turn and a wait that go on count as far as they have gone', async () => {
  const world = await spoken({});
  await world.ok('cnv_1', 'silent', 'floor.request', {});
  await world.join('cnv_1', 'late');
  await world.ok('cnv_1', 'late', 'floor.request', {});
  await world.clock.advance(10_000);
  await world.ok('cnv_1', 'silent', 'floor.release', {});
  await world.clock.advance(30_000);
  const { participants, jain } = await reportOf(world);
  expect(participants.map(({ participant, fairShare }) => [participant, fairShare])).toEqual([
    ['silent', 1],
    ['late', 30 / 40],
  ]);
  expect(jain).toBeGreaterThan(0.9);
});

test('ratings and interruptions are shown; who has left counts for nothing', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a', 'b'], {
    interruption: { kind: 'priorityBased' },
    floor: { timers: { minSpeakingMs: 0 } },
  });
  await world.ok('cnv_1', 'a', 'floor.request', {});
  const grant = (await world.host.state('cnv_1'))!.floor.holders[0]!.grant;
  const said = await world.ok('cnv_1', 'a', 'speech', { grant, text: 'One.', final: false });
  await world.ok('cnv_1', 'b', 'reaction.add', {
    to: String(said.data['utterance']),
    kind: 'like',
    rating: 1,
  });
  await world.clock.advance(1_000);
  await world.ok('cnv_1', 'b', 'floor.interrupt', { urgency: 1 });
  await world.clock.advance(1_000);
  const { participants } = await reportOf(world);
  expect(participants).toMatchObject([
    { participant: 'a', quality: 0.25, interruptionsSuffered: 1 },
    { participant: 'b', interruptionsMade: 1, fairShare: 1 },
  ]);
  await world.ok('cnv_1', 'a', 'conversation.leave', {});
  expect(await reportOf(world)).toMatchObject({ jain: 1, gini: 0, evenness: 1 });
});
