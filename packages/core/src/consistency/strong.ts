import type { ConsistencyLevel } from './level.ts';
import { inOrder } from './level.ts';

/** CS-1: nobody speaks before everybody has heard what was said last. */
export const strong: ConsistencyLevel = {
  kind: 'strong',
  description: 'The next turn waits until every connected view has acknowledged the last utterance.',
  settings: {
    barrierTimeoutMs: {
      type: 'integer',
      unit: 'ms',
      min: 1,
      max: 3_600_000,
      default: 5_000,
      description: 'How long a turn waits for a view at most; then the view is stale and the others go on.',
    },
  },
  terms: ({ barrierTimeoutMs }) => ({ ...inOrder, barrierTimeoutMs: Number(barrierTimeoutMs) }),
};
