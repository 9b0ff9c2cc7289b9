import { expect, test } from 'vitest';
import { MOMENTS } from './encounters.ts';
import { FAULT_KINDS } from './faults.ts';
import { LIFE, runWorld } from './run.ts';

/** So many that every fault meets everything; one takes a fraction of a second. */
const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1);

const lines = (violations: readonly { rule: string; text: string }[]): string[] =>
  violations.map(({ rule, text }) => `${rule}: ${text}`);

test('[RL-1] [DG-1] [DG-2] [FL-6] [CU-1] [CU-2] [CS-1] [CS-2] [CS-3] [CS-4] [CS-5] [RT-7] [PR-2] whatever goes wrong, every promise is kept and the floor moves on', async () => {
  const met = new Map<string, number>();
  const add = (what: string, many: number): void => void met.set(what, (met.get(what) ?? 0) + many);
  for (const seed of SEEDS) {
    const run = await runWorld({ ...LIFE, seed });
    expect(lines(run.violations), `seed ${seed}`).toEqual([]);
    for (const [what, many] of Object.entries(run.counts)) add(what, many);
    for (const fault of FAULT_KINDS) {
      for (const moment of MOMENTS) add(`${fault} meets ${moment}`, run.met[fault][moment]);
    }
  }
  // The runs had what they are about; a world in which nothing happens keeps every promise.
  const never = [...met].filter(([, many]) => many === 0).map(([what]) => what);
  expect(never).toEqual([]);
}, 180_000);

test('the same seed gives the same run, another one another', async () => {
  const traces = [];
  for (const seed of [5, 5, 6]) traces.push((await runWorld({ ...LIFE, seed })).trace);
  expect(traces[1]).toBe(traces[0]);
  expect(traces[2]).not.toBe(traces[0]);
});

test('a world in which nothing goes wrong has no losses, and nobody is ever away', async () => {
  const { violations, counts, met } = await runWorld({ ...LIFE, seed: 1, faults: [] });
  expect(lines(violations)).toEqual([]);
  expect(
    Object.values(met)
      .flatMap((each) => Object.values(each))
      .every((many) => many === 0),
  ).toBe(true);
  expect(counts['timedOut']).toBe(0);
  expect(counts['utterances']).toBeGreaterThan(0);
});
