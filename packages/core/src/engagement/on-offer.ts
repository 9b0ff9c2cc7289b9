import type { Engagement } from './engagement.ts';
import { reserved } from './engagement.ts';

/** Where turns go round, its turn is its turn; it never asks. */
export const onOffer: Engagement = {
  ...reserved,
  kind: 'onOffer',
  description: 'It speaks when the strategy offers it the floor, and never asks.',
  takesOffers: true,
};
