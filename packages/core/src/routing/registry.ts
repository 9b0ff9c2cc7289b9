import { broadcast } from './broadcast.ts';
import { intelligent } from './intelligent.ts';
import { roleBased } from './role-based.ts';
import type { RoutingStrategy } from './strategy.ts';
import { topicBased } from './topic-based.ts';

/** Every routing strategy by its wire name. */
export const routingStrategies: Readonly<Record<string, RoutingStrategy>> = {
  [broadcast.kind]: broadcast,
  [roleBased.kind]: roleBased,
  [topicBased.kind]: topicBased,
  [intelligent.kind]: intelligent,
};
