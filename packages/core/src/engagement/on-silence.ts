import type { Engagement } from './engagement.ts';
import { reserved } from './engagement.ts';

export const onSilence: Engagement = {
  ...reserved,
  kind: 'onSilence',
  description: 'It asks for the floor when nobody has spoken for a while, or when it is addressed.',
  settings: {
    afterMs: {
      type: 'integer',
      unit: 'ms',
      min: 100,
      max: 86_400_000,
      default: 30_000,
      description: 'How long nobody has to have spoken.',
    },
  },
  wants: ({ addressed }) => addressed,
  silenceMs: ({ afterMs }) => Number(afterMs),
};
