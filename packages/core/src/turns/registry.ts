import { bidding } from './bidding.ts';
import { concurrent } from './concurrent.ts';
import { consensus } from './consensus.ts';
import { priority } from './priority.ts';
import { roundRobin } from './round-robin.ts';
import { sequential } from './sequential.ts';
import type { TurnStrategy } from './strategy.ts';

/** Every turn strategy by its wire name; schemas, selectors and property tests follow from this list. */
export const turnStrategies: Readonly<Record<string, TurnStrategy>> = {
  [sequential.kind]: sequential,
  [bidding.kind]: bidding,
  [priority.kind]: priority,
  [roundRobin.kind]: roundRobin,
  [consensus.kind]: consensus,
  [concurrent.kind]: concurrent,
};
