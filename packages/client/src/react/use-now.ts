import { useCallback, useSyncExternalStore } from 'react';
import type { Connection } from '../api.ts';

/** The hub's time, renewed every `everyMs`: for countdowns and "two minutes ago". */
export function useNow(connection: Connection, everyMs: number): number {
  const subscribe = useCallback(
    (changed: () => void) => {
      const timer = setInterval(changed, everyMs);
      return () => clearInterval(timer);
    },
    [everyMs],
  );
  // In whole steps, so that every look between two ticks sees the same.
  const snapshot = () => Math.floor(connection.serverNow() / everyMs) * everyMs;
  return useSyncExternalStore(subscribe, snapshot, snapshot);
}
