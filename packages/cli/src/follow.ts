import type { DurableWireEvent, HubHttp } from '@parley/client';
import { isParleyError } from '@parley/client';

export interface FollowOptions {
  readonly hub: HubHttp;
  readonly conversation: string;
  /** Only events behind this seq. */
  readonly after: number;
  readonly signal: AbortSignal;
  /** Between two attempts after a lost connection, in milliseconds. Default 1 000. */
  readonly retryMs?: number;
  /** Told once for each attempt that failed. */
  readonly onLost?: (error: unknown) => void;
}

/** As long as a hub lets a poll wait for the next event. */
const WAIT_MS = 25_000;

/**
 * Every durable event behind `after`, as it comes, by long polls: nobody has to join. Goes on after a lost
 * connection where it stopped; ends with `signal`; throws where the hub cannot be reached at first, or refuses.
 */
export async function* followEvents(options: FollowOptions): AsyncGenerator<DurableWireEvent> {
  const { hub, conversation, signal } = options;
  let { after } = options;
  let answered = false;
  while (!signal.aborted) {
    try {
      const page = await hub.events(conversation, { after, waitMs: WAIT_MS }, { signal });
      answered = true;
      yield* page.events;
      after = page.next;
    } catch (error) {
      if (signal.aborted) return;
      const passing = isParleyError(error) && (error.retryable || error.code === 'client.connection_failed');
      if (!answered || !passing) throw error;
      options.onLost?.(error);
      await pause(Math.max(options.retryMs ?? 1_000, error.retryAfterMs ?? 0), signal);
    }
  }
}

/** Resolves after `ms`, or as soon as `signal` aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
