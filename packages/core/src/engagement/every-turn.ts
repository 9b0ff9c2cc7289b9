import type { Engagement } from './engagement.ts';
import { reserved } from './engagement.ts';

export const everyTurn: Engagement = {
  ...reserved,
  kind: 'everyTurn',
  description: 'It asks for the floor after everything that somebody else says.',
  wants: () => true,
  takesOffers: true,
};
