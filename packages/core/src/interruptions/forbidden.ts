import type { InterruptionPolicy } from './policy.ts';

/** IP-1: nobody is interrupted, however urgent it is. */
export const forbidden: InterruptionPolicy = {
  kind: 'forbidden',
  description: 'Nobody is interrupted; whoever wants to speak waits for the end of the turn.',
  settings: {},
  defers: false,
  attempt: () => ({
    verdict: 'denied',
    code: 'interruption.forbidden',
    reason: 'This conversation does not allow interruptions.',
    queue: 'ifAsked',
  }),
  review: () => null,
};
