import { expect, test } from 'vitest';
import type { HubFault } from './hub-faults.ts';
import { HUB_FAULTS } from './hub-faults.ts';
import { runCrashes } from './run.ts';

/** What each broken hub has to be convicted of. */
const CONVICTED: Readonly<Record<HubFault, string>> = {
  answersEarly: 'RL-1',
  forgetsCommands: 'FL-10',
  dropsEvents: 'CS-5',
  leaksWhispers: 'RT-7',
};

// Names and rules are their own: no rule of the specification is shown here, but that the crash tests can fail.
test.each(Object.keys(HUB_FAULTS) as HubFault[])(
  'a hub that %s is found out',
  async (fault) => {
    const plan = { seed: 2, kills: 1, freezes: 0, conversations: 1, clientsEach: 4 } as const;
    const whispers = fault === 'leaksWhispers' ? 3 : 0;
    const { violations } = await runCrashes({ ...plan, whispers, lifeMs: [800, 1_200], fault }, () => {});
    expect([...new Set(violations.map(({ rule }) => rule))]).toContain(CONVICTED[fault]);
  },
  90_000,
);
