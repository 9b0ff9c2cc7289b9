import type { Engagement } from './engagement.ts';
import { reserved } from './engagement.ts';

/** The idea of agents that bid to speak: one short call for each turn says how much each wants the next. */
export const bid: Engagement = {
  ...reserved,
  kind: 'bid',
  description: 'After each turn it is asked how much it wants the next one; that is its bid.',
  bids: true,
};
