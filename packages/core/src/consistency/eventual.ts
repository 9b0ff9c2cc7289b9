import type { ConsistencyLevel } from './level.ts';
import { inOrder } from './level.ts';

/** CS-2: a view is at most so far behind, or knows that it is. */
export const eventual: ConsistencyLevel = {
  kind: 'eventual',
  description: 'Events come in order and soon; a view that falls behind is told how far.',
  settings: {
    maxLagMs: {
      type: 'integer',
      unit: 'ms',
      min: 1,
      max: 3_600_000,
      default: 200,
      description: 'How long something may wait for a view before the view is told that it is behind.',
    },
    holdMs: {
      type: 'integer',
      unit: 'ms',
      min: 0,
      max: 60_000,
      default: 0,
      description: 'How long events are gathered to be sent together, at most maxLagMs; 0 for not at all.',
    },
    snapshotBeyond: {
      type: 'integer',
      min: 1,
      max: 1_000_000_000,
      default: 10_000,
      description: 'Who missed more events than this is given the state as it is instead of each of them.',
    },
  },
  terms: ({ maxLagMs, holdMs, snapshotBeyond }) => ({
    ...inOrder,
    maxLagMs: Number(maxLagMs),
    holdMs: Math.min(Number(holdMs), Number(maxLagMs)),
    snapshotBeyond: Number(snapshotBeyond),
  }),
};
