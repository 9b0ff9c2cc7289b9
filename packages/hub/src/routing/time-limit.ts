import type { Millis } from '@parley/core';
import type { Clock } from '../ports/clock.ts';

/** It took longer than it may. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
}

/**
 * Runs `task` with a signal that is aborted after `ms` or with `outer`. Rejects then, with the signal's reason,
 * whether the task takes notice or not; what the task does afterwards is nobody's business.
 */
export async function within<T>(
  clock: Clock,
  ms: Millis,
  outer: AbortSignal,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer.throwIfAborted();
  const limit = new AbortController();
  const cancel = clock.after(ms, () => limit.abort(new TimeLimitError(`not done in ${ms} ms`)));
  try {
    return await unlessAborted(AbortSignal.any([outer, limit.signal]), task);
  } finally {
    cancel();
  }
}

/** Rejects as soon as the signal is aborted. */
export function unlessAborted<T>(signal: AbortSignal, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    task(signal)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
  });
}
