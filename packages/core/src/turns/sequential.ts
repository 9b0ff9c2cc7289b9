import type { FloorView } from '../floor/view.ts';
import { endsAt } from '../floor/grant.ts';
import type { Millis } from '../kernel/instant.ts';
import type { TurnStrategy } from './strategy.ts';

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
  slots: () => 1,
  turnMs: (settings, timers) => maxTurnMs(settings, timers.maxTurnMs),
  next(view) {
    const first = view.queue.find((request) => view.eligible(request.participant));
    return first ? { participant: first.participant, cause: 'queue' } : null;
  },
  estimateWaitMs(view, position) {
    const remainder = view.holders.reduce((most, grant) => Math.max(most, endsAt(grant) - view.at), 0);
    return view.queue
      .slice(0, position - 1)
      .reduce(
        (sum, request) => sum + (request.estimatedMs ?? turnEstimate(view, request.participant)),
        remainder,
      );
  },
};

const turnEstimate = (view: FloorView, participant: string): Millis =>
  Math.round(view.meanTurnMs(participant) ?? maxTurnMs(view.settings, view.timers.maxTurnMs));

const maxTurnMs = (settings: FloorView['settings'], otherwise: Millis): Millis => {
  const own = settings['maxTurnDurationMs'];
  return typeof own === 'number' ? own : otherwise;
};
