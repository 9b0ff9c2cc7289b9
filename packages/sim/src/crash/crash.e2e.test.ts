import { expect, test } from 'vitest';
import { runCrashes } from './run.ts';

test('[RL-1] SIGKILL under load loses nothing acknowledged, repeats nothing, and timers go on', async () => {
  const plan = { seed: 1, kills: 4, conversations: 2, clientsEach: 4, lifeMs: [200, 1_500] } as const;
  const { violations, counts } = await runCrashes(plan, () => {});
  expect(violations.map(({ rule, text }) => `${rule}: ${text}`)).toEqual([]);
  // The run met what it is about: work, refusals, commands in flight at a kill, resumes and turns.
  for (const [what, many] of Object.entries(counts)) expect(many, what).toBeGreaterThan(0);
  expect(counts.resumed).toBeGreaterThanOrEqual(8);
}, 80_000);
