import { catchUpMutants } from './catch-up.ts';
import { deliveryMutants } from './delivery.ts';
import { levelMutants } from './levels.ts';
import { logMutants } from './log.ts';
import type { Mutant } from './mutant.ts';
import { routingMutants } from './routing.ts';
import { ruleMutants } from './rules.ts';

/** Every deliberately broken hub, by its name. */
export const mutants: Readonly<Record<string, Mutant>> = {
  ...logMutants,
  ...deliveryMutants,
  ...ruleMutants,
  ...levelMutants,
  ...routingMutants,
  ...catchUpMutants,
};
