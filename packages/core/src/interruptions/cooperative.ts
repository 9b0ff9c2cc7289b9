import type { InterruptionPolicy } from './policy.ts';

/** IP-4: the holder is asked, and decides. */
export const cooperative: InterruptionPolicy = {
  kind: 'cooperative',
  description: 'The holder is asked whether it gives way.',
  settings: {
    requestTimeoutMs: {
      type: 'integer',
      unit: 'ms',
      min: 1,
      max: 600_000,
      default: 5_000,
      description: 'How long the holder has to answer.',
    },
    onNoResponse: {
      type: 'choice',
      choices: ['queue', 'deny'],
      default: 'queue',
      description: 'What becomes of the interrupter when the holder does not answer.',
    },
    maxAsksPerTurn: {
      type: 'integer',
      min: 1,
      max: 100,
      default: 2,
      description: 'How often one interrupter may ask during one turn.',
    },
  },
  defers: true,
  attempt(view, { participant, holder }) {
    const grant = view.floor.holders.find((held) => held.participant === holder);
    const asked = grant?.asked[participant] ?? 0;
    if (view.floor.interruption || asked >= Number(view.settings['maxAsksPerTurn'])) {
      return {
        verdict: 'denied',
        code: 'interruption.too_many',
        reason: view.floor.interruption
          ? 'The holder is being asked by somebody else.'
          : 'You have asked this holder often enough.',
        queue: 'ifAsked',
      };
    }
    return { verdict: 'asked', deadline: view.at + Number(view.settings['requestTimeoutMs']) };
  },
  review(view, { answer, deadline, stage }) {
    if (stage !== 'asked') return null;
    if (answer === true) return { verdict: 'granted' };
    const declined = { verdict: 'denied', code: 'interruption.declined' } as const;
    if (answer === false) return { ...declined, reason: 'The holder goes on.', queue: 'always' };
    if (view.at < deadline) return null;
    const queue = view.settings['onNoResponse'] === 'queue' ? 'always' : 'ifAsked';
    return { ...declined, reason: 'The holder did not answer.', queue };
  },
};
