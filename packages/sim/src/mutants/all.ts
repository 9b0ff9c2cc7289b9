import { deliveryMutants } from './delivery.ts';
import { levelMutants } from './levels.ts';
import { logMutants } from './log.ts';
import type { Mutant } from './mutant.ts';
import { ruleMutants } from './rules.ts';

/** Every deliberately broken hub, by its name. */
export const mutants: Readonly<Record<string, Mutant>> = {
  ...logMutants,
  ...deliveryMutants,
  ...ruleMutants,
  ...levelMutants,
};
