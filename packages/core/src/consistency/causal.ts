import type { ConsistencyLevel } from './level.ts';
import { inOrder } from './level.ts';

/** CS-3: what comes now need not wait for what was missed, unless it rests on it. */
export const causal: ConsistencyLevel = {
  kind: 'causal',
  description:
    'Nothing comes before what it answers; after a gap, what rests on nothing missing comes first.',
  settings: {},
  terms: () => ({ ...inOrder, early: true }),
};
