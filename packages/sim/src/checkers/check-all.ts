import { checkAcknowledged } from './acknowledged.ts';
import { checkChain } from './chain.ts';
import { checkFloor } from './floor.ts';
import type { Evidence, Violation } from './history.ts';
import { checkOrder } from './order.ts';
import { checkRetries } from './retries.ts';

/** Every checker that needs nothing but the evidence. Empty means: every promise was kept. */
export function checkAll(evidence: Evidence): Violation[] {
  return [checkOrder, checkChain, checkAcknowledged, checkRetries, checkFloor].flatMap((check) =>
    check(evidence),
  );
}
