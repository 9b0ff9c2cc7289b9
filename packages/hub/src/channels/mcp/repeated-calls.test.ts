import { expect, it } from 'vitest';
import { SimulatedClock } from '../../host/clock.simulated.ts';
import { RepeatedCalls } from './repeated-calls.ts';

const clock = new SimulatedClock(Date.parse('2026-01-01T00:00:00Z'));
const calls = new RepeatedCalls(clock);

it('[MC-9] the same call has the same id for a minute, and no other has it', async () => {
  const id = calls.idFor('hnd_a', 1, { text: 'x' });
  await clock.advance(59_000);
  expect(calls.idFor('hnd_a', 1, { text: 'x' })).toBe(id);
  const others = [
    calls.idFor('hnd_b', 1, { text: 'x' }),
    calls.idFor('hnd_a', '1', { text: 'x' }),
    calls.idFor('hnd_a', 2, { text: 'x' }),
    calls.idFor('hnd_a', 1, { text: 'y' }),
  ];
  expect(new Set([id, ...others]).size).toBe(5);
  await clock.advance(2_000);
  // A client that began anew and counts its requests from 1 again.
  expect(calls.idFor('hnd_a', 1, { text: 'x' })).not.toBe(id);
});

it('[MC-9] remembers a bounded number of calls, the newest', () => {
  const first = calls.idFor('hnd_c', 0, {});
  for (let index = 1; index <= 10_000; index += 1) calls.idFor('hnd_c', index, {});
  const last = calls.idFor('hnd_c', 10_000, {});
  expect(calls.idFor('hnd_c', 10_000, {})).toBe(last);
  expect(calls.idFor('hnd_c', 0, {})).not.toBe(first);
});
