import type { Millis } from '@parley/core';
import type { Clock } from '../ports/clock.ts';

/** Resolves after `ms`, or as soon as `signal` aborts. */
export function pause(clock: Clock, ms: Millis, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(ms, end);
    signal.addEventListener('abort', end, { once: true });
  });
}
