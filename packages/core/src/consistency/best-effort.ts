import type { ConsistencyLevel } from './level.ts';
import { inOrder } from './level.ts';

/** CS-4: the present matters, and nothing is made up for. */
export const bestEffort: ConsistencyLevel = {
  kind: 'bestEffort',
  description: 'What is there now comes if it can; what was missed is counted and not sent again.',
  settings: {},
  terms: () => ({ ...inOrder, resume: 'snapshot', whenFull: 'dropOldest' }),
};
