import { useCallback, useRef, useSyncExternalStore } from 'react';
import type { Room } from '../api.ts';

/**
 * A value read from a room, again after each change; renders only when `same` says that it is another
 * one. `read` may make a new object each time: what `same` calls equal keeps its identity.
 */
export function useRoomValue<T>(
  room: Room,
  read: (room: Room) => T,
  same: (before: T, after: T) => boolean = Object.is,
): T {
  const last = useRef<{ readonly room: Room; readonly value: T } | null>(null);
  const subscribe = useCallback((changed: () => void) => room.subscribe(changed), [room]);
  const snapshot = () => {
    const value = read(room);
    if (last.current?.room === room && same(last.current.value, value)) return last.current.value;
    last.current = { room, value };
    return value;
  };
  return useSyncExternalStore(subscribe, snapshot, snapshot);
}

/** Equal in every own property. */
export function shallowEqual<T extends object>(before: T, after: T): boolean {
  const keys = Object.keys(before) as (keyof T)[];
  return keys.length === Object.keys(after).length && keys.every((key) => Object.is(before[key], after[key]));
}
