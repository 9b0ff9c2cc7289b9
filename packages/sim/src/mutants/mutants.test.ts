import { describe, expect, test } from 'vitest';
import { LIFE, runWorld } from '../world/run.ts';
import { mutants } from './all.ts';

/** A mutant that survives so many is not caught. */
const SEEDS_MAX = 20;

describe('negative controls', () => {
  test.each(Object.entries(mutants))('%s is caught', async (name, { breaks, rules, plan }) => {
    const found = new Set<string>();
    for (let seed = 1; seed <= SEEDS_MAX; seed++) {
      const { violations } = await runWorld({ ...LIFE, seed, ...plan });
      for (const { rule } of violations) found.add(rule);
      if (rules.some((rule) => found.has(rule))) return;
    }
    expect([...found], `${name}: ${breaks} Checkers of ${rules.join(', ')} found nothing.`).toEqual(
      expect.arrayContaining([...rules]),
    );
  });
});
