import type { TurnStrategy } from './strategy.ts';
import { firstEligible, maxTurnMs } from './strategy.ts';

/** TS-1: first come, first served; nobody is preempted. */
export const sequential: TurnStrategy = {
  kind: 'sequential',
  description: 'First come, first served: whoever asked first speaks next, and nobody is cut short.',
  settings: {
    maxTurnDurationMs: {
      type: 'integer',
      unit: 'ms',
      min: 1,
      max: 86_400_000,
      optional: true,
      description: 'How long one turn may last; wins over timers.maxTurnMs.',
    },
  },
  waitsAs: 'accepted',
  slots: () => 1,
  turnMs: (view) => maxTurnMs(view, 'maxTurnDurationMs'),
  order: (view) => view.floor.queue,
  next(view) {
    if (view.floor.holders.length > 0) return null;
    const first = firstEligible(view);
    return first ? { move: 'grant', participant: first.participant, cause: 'queue' } : null;
  },
  deadline: () => null,
};
