import { YIELD_SIGNALS } from '../floor/interruption.ts';
import type { InterruptionPolicy } from './policy.ts';

/** IP-5: both speak for a moment, until one gives way. */
export const conversational: InterruptionPolicy = {
  kind: 'conversational',
  description: 'Both speak at once for a moment; whoever gives way first leaves the floor to the other.',
  settings: {
    overlapToleranceMs: {
      type: 'integer',
      unit: 'ms',
      min: 1,
      max: 600_000,
      default: 2_000,
      description: 'How long two may speak at once.',
    },
    yieldSignals: {
      type: 'list',
      of: { type: 'choice', choices: YIELD_SIGNALS, description: 'A way of giving way.' },
      maxLength: YIELD_SIGNALS.length,
      default: [...YIELD_SIGNALS],
      description: 'What counts as giving way.',
    },
    pauseMs: {
      type: 'integer',
      unit: 'ms',
      min: 1,
      max: 60_000,
      default: 600,
      description: 'How long a speaker’s silence is a pause.',
    },
  },
  defers: true,
  attempt(view) {
    if (view.floor.interruption || view.floor.holders.length > 1) {
      return {
        verdict: 'denied',
        code: 'interruption.too_many',
        reason: 'Two are speaking at once already.',
        queue: 'ifAsked',
      };
    }
    const tolerance = Math.min(Number(view.settings['overlapToleranceMs']), view.timers.maxOverlapMs);
    return { verdict: 'overlap', deadline: view.at + tolerance };
  },
  review(view, { stage, participant, holder, yielded, deadline }) {
    if (stage !== 'overlap') return null;
    const signals = view.settings['yieldSignals'] as readonly string[];
    if (yielded && signals.includes(yielded.signal)) {
      return {
        verdict: 'resolved',
        keeps: yielded.by === holder ? participant : holder,
        cause: yielded.signal,
      };
    }
    return view.at < deadline ? null : { verdict: 'resolved', keeps: holder, cause: 'time' };
  },
  pauseMs: (settings) =>
    (settings['yieldSignals'] as readonly string[]).includes('pause') ? Number(settings['pauseMs']) : null,
};
