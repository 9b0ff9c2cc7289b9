import { HUB } from '@parley/core';
import type { BridgeProblem } from '@parley/core';
import { expect, it } from 'vitest';
import { SimulatedClock } from '../host/clock.simulated.ts';
import { turns } from '../host/host.fixture.ts';
import type { Conversations, Outcome, Submission } from '../host/submission.ts';
import { Telling } from './telling.ts';

const SPENT: BridgeProblem = { code: 'budget.spent', message: 'It is spent.' };

const report = (problem: BridgeProblem | null, bridge = 'brg_1'): Submission => ({
  op: 'bridge.report',
  data: { bridge, problem },
  author: HUB,
});

/** Conversations that refuse with these codes, one after the other, and then accept. */
function scene(...codes: ('storage.unavailable' | 'not_found')[]) {
  const told: Submission[] = [];
  const logged: object[] = [];
  const clock = new SimulatedClock();
  const submit = async (_: string, submission: Submission): Promise<Outcome> => {
    told.push(submission);
    const code = codes.shift();
    return code
      ? { ok: false, rejection: { code, message: 'no' } }
      : { ok: true, seq: 1, data: {}, duplicate: false };
  };
  const note = (details: object): void => void logged.push(details);
  const conversations: Pick<Conversations, 'submit'> = { submit };
  return { told, logged, clock, telling: new Telling(conversations, clock, { warn: note, error: note }) };
}

it('[DG-2] what a log cannot take now is told again until it is recorded, and logged once', async () => {
  const { told, logged, clock, telling } = scene('storage.unavailable', 'storage.unavailable');
  telling.tell('cnv_1', 'brg_1', report(SPENT));
  await turns();
  expect(told).toHaveLength(1);
  await clock.advance(5_000);
  await clock.advance(5_000);
  await clock.advance(60_000);
  expect(told).toEqual([report(SPENT), report(SPENT), report(SPENT)]);
  expect(logged).toEqual([{ conversation: 'cnv_1', op: 'bridge.report', code: 'storage.unavailable' }]);
});

it('something newer of the same bridge takes the place of what waits, and of others nothing', async () => {
  const { told, clock, telling } = scene('storage.unavailable');
  telling.tell('cnv_1', 'brg_1', report(SPENT));
  await turns();
  telling.tell('cnv_1', 'brg_1', report(null));
  telling.tell('cnv_1', 'brg_2', report(SPENT, 'brg_2'));
  await turns();
  expect(told).toEqual([report(SPENT), report(SPENT, 'brg_2')]);
  await clock.advance(60_000);
  expect(told.slice(2)).toEqual([report(null)]);
});

it('what is refused for good is not told again, nor anything once the hub stops', async () => {
  const { told, clock, telling } = scene('not_found', 'storage.unavailable');
  telling.tell('cnv_1', 'brg_1', report(SPENT));
  await clock.advance(60_000);
  expect(told).toHaveLength(1);
  telling.tell('cnv_1', 'brg_1', report(SPENT));
  await turns();
  telling.stop();
  await clock.advance(60_000);
  expect(told).toHaveLength(2);
  expect(clock.armed).toBe(0);
});
