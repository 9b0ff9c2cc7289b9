import { holderPriority, priorityCalculators } from '../floor/priority.ts';
import type { InterruptionPolicy } from './policy.ts';

/** IP-2: whoever has a much higher priority takes the floor. */
export const priorityBased: InterruptionPolicy = {
  kind: 'priorityBased',
  description: 'Whoever has a much higher priority than the holder takes the floor.',
  settings: {
    threshold: {
      type: 'number',
      min: 0,
      max: 1_000_000,
      default: 0.5,
      description: 'By how much an interrupter’s priority must exceed the holder’s.',
    },
  },
  defers: true,
  attempt(view, { participant, holder, urgency }) {
    const calculate = priorityCalculators.require('effective');
    const request = view.floor.queue.find((waiting) => waiting.participant === participant);
    const waitedMs = request ? view.at - request.since : 0;
    const own = calculate(view, { participant, urgency: urgency ?? request?.urgency ?? 0, waitedMs });
    const bar = holderPriority(view, calculate, holder) + Number(view.settings['threshold']);
    if (own > bar) return { verdict: 'granted' };
    return {
      verdict: 'denied',
      code: 'interruption.insufficient_priority',
      reason: `Priority ${rounded(own)} is not above ${rounded(bar)}.`,
      queue: 'ifAsked',
    };
  },
  review: () => null,
};

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
