import type { RoutingStrategy } from './strategy.ts';
import { whisper } from './strategy.ts';

/** RT-1: everybody hears everything. */
export const broadcast: RoutingStrategy = {
  kind: 'broadcast',
  description: 'Everybody hears every utterance.',
  settings: { whisper },
  audience: () => 'all',
};
