import type { Caller } from '../../sessions/caller.ts';
import type { HttpContext } from '../http/context.ts';

/** One request, once its token has been checked, of a participant that calls and has no connection. */
export interface Call {
  readonly context: HttpContext;
  /** Null where the request carries no token, which is taken under `--open` only. */
  readonly caller: Caller | null;
  readonly address: string;
  /** Aborted when the client has gone or the hub stops. */
  readonly signal: AbortSignal;
}
