import { expect, test } from 'vitest';
import { runCrashes } from './run.ts';

test('[RL-1] [CN-1] SIGKILL, SIGSTOP and broken connections under load lose nothing acknowledged, repeat nothing, tell nobody what is not for it, and timers go on', async () => {
  const plan = { seed: 1, kills: 4, freezes: 3, conversations: 2, clientsEach: 6, whispers: 4 } as const;
  const { violations, counts } = await runCrashes({ ...plan, lifeMs: [300, 1_500] }, () => {});
  expect(violations.map(({ rule, text }) => `${rule}: ${text}`)).toEqual([]);
  // The run met what it is about: work of all kinds, refusals, commands sent again, resumes, every strike.
  for (const [what, many] of Object.entries(counts)) expect(many, what).toBeGreaterThan(0);
  expect(counts.resumed).toBeGreaterThanOrEqual(14);
}, 90_000);
