import { assert } from '../kernel/assert.ts';
import type { SettingSpec, Variant } from '../kernel/settings.ts';
import { bestEffort } from './best-effort.ts';
import { causal } from './causal.ts';
import { eventual } from './eventual.ts';
import type { ConsistencyLevel, ViewTerms } from './level.ts';
import { strong } from './strong.ts';

/** Every consistency level by its wire name. */
export const consistencyLevels: Readonly<Record<string, ConsistencyLevel>> = {
  [strong.kind]: strong,
  [eventual.kind]: eventual,
  [causal.kind]: causal,
  [bestEffort.kind]: bestEffort,
};

/** As a conversation's configuration and a joining participant choose it. */
export const consistencySpec: SettingSpec & { type: 'variant' } = {
  type: 'variant',
  kinds: Object.fromEntries(Object.values(consistencyLevels).map(({ kind, settings }) => [kind, settings])),
  default: eventual.kind,
  description: 'How participants’ views are kept.',
};

/** Levels are chosen rarely, and their terms are asked for with each command and each event. */
const known = new WeakMap<Variant, ViewTerms>();

/** What a view of this level is promised. */
export function viewTermsOf(variant: Variant): ViewTerms {
  const found = known.get(variant);
  if (found) return found;
  const { kind, ...settings } = variant;
  const level = consistencyLevels[kind];
  assert(level, `consistency level ${kind} is registered`);
  const terms = level.terms(settings);
  known.set(variant, terms);
  return terms;
}
