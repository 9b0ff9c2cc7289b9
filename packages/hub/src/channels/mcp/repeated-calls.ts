import { randomBytes } from 'node:crypto';
import type { Instant, Millis } from '@parley/core';
import type { Clock } from '../../ports/clock.ts';
import { digestOf } from '../../sessions/digest.ts';

/** A transport repeats a request within seconds; a client that starts again counts its requests anew. */
const SAME_FOR_MS: Millis = 60_000;
/** Calls told apart at once; of more, the oldest are forgotten, and would count as new ones. */
const CALLS_MAX = 10_000;

/**
 * Gives calls that name no id of their own one that a repetition gets again. What makes one a repetition is
 * the same handle, JSON-RPC id and arguments within a minute.
 */
export class RepeatedCalls {
  readonly #clock: Clock;
  readonly #calls = new Map<string, { readonly id: string; readonly at: Instant }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  idFor(handle: string, requestId: string | number, input: unknown): string {
    const now = this.#clock.now();
    this.#forgetBefore(now - SAME_FOR_MS);
    const digest = digestOf('call', handle, [requestId, input]);
    const known = this.#calls.get(digest);
    if (known) return known.id;
    const id = `mcp:${randomBytes(18).toString('base64url')}`;
    this.#calls.set(digest, { id, at: now });
    return id;
  }

  /** Calls are kept in the order in which they came. */
  #forgetBefore(time: Instant): void {
    for (const [digest, { at }] of this.#calls) {
      if (at > time && this.#calls.size < CALLS_MAX) return;
      this.#calls.delete(digest);
    }
  }
}
