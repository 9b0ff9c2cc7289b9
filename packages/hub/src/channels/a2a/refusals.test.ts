import { expect, it } from 'vitest';
import { SimulatedClock } from '../../host/clock.simulated.ts';
import type { Refusal } from '../../sessions/refusal.ts';
import { Refusals } from './refusals.ts';

const member = (participant: string) => ({
  ...{ conversation: 'cnv_1', principal: 'ada', steward: false },
  participant,
});
const ADA = member('prt_1');
const refusal: Refusal = { code: 'floor.observer', message: 'Observers do not speak.' };

const ids = (refusals: Refusals, of = ADA): string[] => refusals.of(of).map(({ messageId }) => messageId);

it('[A2-6] keeps the newest eight of a member, each message once', () => {
  const refusals = new Refusals(new SimulatedClock());
  for (let message = 1; message <= 10; message += 1) refusals.note(ADA, `m${message}`, refusal);
  refusals.note(ADA, 'm4', refusal);
  expect(ids(refusals)).toEqual(['m3', 'm5', 'm6', 'm7', 'm8', 'm9', 'm10', 'm4']);
  expect(refusals.of(ADA)[0]).toMatchObject({ code: 'floor.observer', message: refusal.message });
  expect(ids(refusals, member('prt_2'))).toEqual([]);
});

it('[A2-6] forgets what its client knows, and a member of whom nothing is left', () => {
  const refusals = new Refusals(new SimulatedClock());
  refusals.note(ADA, 'm1', refusal);
  refusals.note(ADA, 'm2', refusal);
  refusals.forget(ADA, 'm1');
  expect(ids(refusals)).toEqual(['m2']);
  refusals.forget(ADA, 'm2');
  refusals.forget(ADA, 'm2');
  expect([ids(refusals), refusals.size]).toEqual([[], 0]);
});

it('[A2-6] forgets after ten minutes, and beyond a thousand members those of longest ago', async () => {
  const clock = new SimulatedClock();
  const refusals = new Refusals(clock);
  refusals.note(ADA, 'm1', refusal);
  await clock.advance(10 * 60_000 - 1);
  expect(ids(refusals)).toEqual(['m1']);
  await clock.advance(1);
  expect(ids(refusals)).toEqual([]);
  refusals.note(member('prt_2'), 'm2', refusal);
  expect(refusals.size).toBe(1);
  for (let each = 0; each < 1_000; each += 1) refusals.note(member(`p${each}`), 'm', refusal);
  expect(refusals.size).toBe(1_000);
  expect([ids(refusals, member('prt_2')), ids(refusals, member('p0'))]).toEqual([[], ['m']]);
});
