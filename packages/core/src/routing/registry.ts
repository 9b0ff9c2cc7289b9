import { broadcast } from './broadcast.ts';
import type { RoutingStrategy } from './strategy.ts';

/** Every routing strategy by its wire name. */
export const routingStrategies: Readonly<Record<string, RoutingStrategy>> = {
  [broadcast.kind]: broadcast,
};
