import type { FastifyReply } from 'fastify';
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

/** Aborted when the client has gone, be it before anybody asked, or the hub stops. */
export function closedOf(reply: FastifyReply, stopping: AbortSignal): AbortSignal {
  const gone = new AbortController();
  whenGone(reply, () => gone.abort());
  return AbortSignal.any([gone.signal, stopping]);
}

/** Calls `task` once the client has gone or has its whole answer: at once where that has happened already. */
export function whenGone({ raw }: FastifyReply, task: () => void): void {
  if (raw.destroyed) task();
  else raw.once('close', task);
}
