import { consensusRequired } from './consensus-required.ts';
import { conversational } from './conversational.ts';
import { cooperative } from './cooperative.ts';
import { forbidden } from './forbidden.ts';
import type { InterruptionPolicy } from './policy.ts';
import { priorityBased } from './priority-based.ts';

/** Every interruption policy by its wire name. */
export const interruptionPolicies: Readonly<Record<string, InterruptionPolicy>> = {
  [forbidden.kind]: forbidden,
  [priorityBased.kind]: priorityBased,
  [consensusRequired.kind]: consensusRequired,
  [cooperative.kind]: cooperative,
  [conversational.kind]: conversational,
};
