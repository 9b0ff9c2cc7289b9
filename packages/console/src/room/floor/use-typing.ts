import type { Room } from '@parley/client';
import { useCallback, useRef } from 'react';

const TELL_EVERY_MS = 3_000;

/** Tells the others, now and then, that the holder is writing. Lost ones do not matter. */
export function useTyping(room: Room, holding: boolean): () => void {
  const told = useRef(0);
  return useCallback(() => {
    const now = performance.now();
    if (!holding || now - told.current < TELL_EVERY_MS) return;
    told.current = now;
    room.signal('typing').catch((error: unknown) => {
      console.debug('typing was not told', error);
    });
  }, [room, holding]);
}
