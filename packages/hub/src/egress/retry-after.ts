import type { Instant, Millis } from '@parley/core';

/**
 * For how long whoever answered wants to be left alone, from the value of `Retry-After`: seconds or a date
 * (RFC 9110, 10.2.3); parts of a second as well, as some services have it. Not more than `maxMs`, and null
 * where it does not say, or says what cannot be read.
 */
export function retryAfter(value: string | null | undefined, now: Instant, maxMs: Millis): Millis | null {
  const asked = value?.trim() ?? '';
  const ms = /^\d+(\.\d+)?$/.test(asked) ? Number(asked) * 1_000 : Date.parse(asked) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), maxMs);
}
