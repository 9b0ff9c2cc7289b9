import type { Engagement } from './engagement.ts';
import { reserved } from './engagement.ts';

export const whenAddressed: Engagement = {
  ...reserved,
  kind: 'whenAddressed',
  description: 'It asks for the floor when somebody addresses it, by id or as @name.',
  wants: ({ addressed }) => addressed,
};
