import { forbidden } from './forbidden.ts';
import type { InterruptionPolicy } from './policy.ts';

/** Every interruption policy by its wire name. */
export const interruptionPolicies: Readonly<Record<string, InterruptionPolicy>> = {
  [forbidden.kind]: forbidden,
};
