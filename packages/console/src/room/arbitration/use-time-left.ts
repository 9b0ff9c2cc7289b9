import { useNow } from '@parley/client/react';
import { useRoom } from '../room-context.tsx';

const STEP_MS = 250;

/** The time until an instant by the hub's clock, and whether it stands still because of a pause. */
export function useTimeLeft(until: string): { readonly leftMs: number; readonly stopped: boolean } {
  const { connection, view } = useRoom();
  const now = useNow(connection, STEP_MS);
  return { leftMs: Math.max(0, Date.parse(until) - now), stopped: view.paused !== null };
}
