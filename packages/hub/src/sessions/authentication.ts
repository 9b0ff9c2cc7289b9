import type { Result } from '@parley/core';
import { err, ok } from '@parley/core';
import type { Caller } from './caller.ts';
import type { SessionParts } from './parts.ts';
import type { SessionRejection } from './refusal.ts';

type Parts = Pick<SessionParts, 'tokens' | 'rates' | 'open'>;

/**
 * Who sends this token from this address. Without one: nobody (null) under `--open`, else refused.
 * Wrong tokens cost the address: guessing gets slower with every try.
 */
export async function authenticate(
  { tokens, rates, open }: Parts,
  token: string | undefined,
  address: string,
): Promise<Result<Caller | null, SessionRejection>> {
  if (token === undefined) {
    return open ? ok(null) : err({ code: 'auth.required', message: 'This hub asks for a token.' });
  }
  const retryAfterMs = rates.guessing(address);
  if (retryAfterMs > 0) {
    const message = 'Too many wrong tokens came from this address.';
    return err({ code: 'rate.limited', message, retryAfterMs });
  }
  const caller = await tokens.verify(token);
  if (!caller.ok) rates.guessedWrong(address);
  return caller;
}

/** The same, but nobody becomes a new guest. Only under `--open` is there a nobody. */
export async function authenticateOrWelcome(
  parts: Parts,
  token: string | undefined,
  address: string,
): Promise<Result<Caller, SessionRejection>> {
  const caller = await authenticate(parts, token, address);
  if (!caller.ok || caller.value !== null) return caller as Result<Caller, SessionRejection>;
  return ok(await parts.tokens.newGuest());
}
