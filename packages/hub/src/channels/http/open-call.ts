import type { Caller } from '../../sessions/caller.ts';
import type { Rates } from '../../sessions/rates.ts';
import { refuse } from '../../sessions/refusal.ts';
import { Refused } from './refused.ts';

/**
 * A waiting call is an open connection, and counts as one. Returns how to let it go, once.
 * @throws Refused where there are too many
 */
export function enterOpenCall(rates: Rates, address: string, caller: Caller | null): () => void {
  const tooMany = () =>
    new Refused(refuse('rate.limited', 'Too many open connections.', { retryAfterMs: 1_000 }).error);
  if (!rates.connectAddress(address)) throw tooMany();
  if (caller && !rates.connectPrincipal(caller.principal)) {
    rates.disconnectAddress(address);
    throw tooMany();
  }
  return () => {
    rates.disconnectAddress(address);
    if (caller) rates.disconnectPrincipal(caller.principal);
  };
}
