import { describe, expect, test } from 'vitest';
import { LIFE, runWorld } from '../world/run.ts';
import { mutants } from './all.ts';

/** A mutant that survives so many is not caught. */
const SEEDS_MAX = 20;

describe('negative controls', () => {
  test.each(Object.entries(mutants))(
    '%s is caught, and nothing without it',
    { timeout: 60_000 },
    async (name, mutant) => {
      const { breaks, rules, plan } = mutant;
      const { alterations: _, ...sound } = plan;
      const found = new Set<string>();
      for (let seed = 1; seed <= SEEDS_MAX; seed++) {
        const control = await runWorld({ ...LIFE, seed, ...sound });
        expect(control.violations, `seed ${seed} without ${name}`).toEqual([]);
        const { violations, trace } = await runWorld({ ...LIFE, seed, ...plan });
        for (const { rule } of violations) found.add(rule);
        if (!rules.some((rule) => found.has(rule))) continue;
        // Alone, without the runs before it, the seed shows the same again.
        expect((await runWorld({ ...LIFE, seed, ...plan })).trace, `seed ${seed} with ${name}`).toBe(trace);
        return;
      }
      expect([...found], `${name}: ${breaks} Checkers of ${rules.join(', ')} found nothing.`).toEqual(
        expect.arrayContaining([...rules]),
      );
    },
  );
});
