import { checkAcknowledged } from './acknowledged.ts';
import { checkAudience } from './audience.ts';
import { checkBestEffort } from './best-effort.ts';
import { checkCatchUp } from './catch-up.ts';
import { checkCausal } from './causal.ts';
import { checkChain } from './chain.ts';
import { checkEventual } from './eventual.ts';
import { checkFloor } from './floor.ts';
import type { Evidence, Violation } from './history.ts';
import { checkOrder } from './order.ts';
import { checkQuorum } from './quorum.ts';
import { checkRetries } from './retries.ts';
import { checkStrong } from './strong.ts';

/** Every checker that needs nothing but the evidence, by what it holds. */
export const checkers = {
  order: checkOrder,
  chain: checkChain,
  acknowledged: checkAcknowledged,
  retries: checkRetries,
  floor: checkFloor,
  audience: checkAudience,
  strong: checkStrong,
  eventual: checkEventual,
  causal: checkCausal,
  bestEffort: checkBestEffort,
  catchUp: checkCatchUp,
  quorum: checkQuorum,
} as const satisfies Readonly<Record<string, (evidence: Evidence) => Violation[]>>;

/** Empty means: every promise was kept. */
export function checkAll(evidence: Evidence): Violation[] {
  return Object.values(checkers).flatMap((check) => check(evidence));
}
