import { sequential } from './sequential.ts';
import type { TurnStrategy } from './strategy.ts';

/** Every turn strategy by its wire name; schemas, selectors and property tests follow from this list. */
export const turnStrategies: Readonly<Record<string, TurnStrategy>> = {
  [sequential.kind]: sequential,
};
