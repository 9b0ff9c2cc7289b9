import type { Engagement } from './engagement.ts';
import { reserved } from './engagement.ts';

export const onQuestion: Engagement = {
  ...reserved,
  kind: 'onQuestion',
  description: 'It asks for the floor when a question is open to it or to everybody.',
  wants: ({ addressed, question }) => addressed || question,
};
