import type { ConversationView } from '@parley/core';
import type { Floor, Room } from '../api.ts';
import { shallowEqual, useRoomValue } from './use-room-value.ts';

type FloorView = ConversationView['floor'];

/** Who has the floor, who waits, and what of it is mine. */
export interface FloorSnapshot {
  readonly phase: FloorView['phase'];
  readonly holders: FloorView['holders'];
  readonly queue: FloorView['queue'];
  /** Open while bids are taken; null otherwise. */
  readonly window: FloorView['window'] | null;
  readonly ballot: FloorView['ballot'] | null;
  readonly interruption: FloorView['interruption'];
  readonly mine: Floor['mine'];
  /** My place in the queue, from 1; null when I am not in it. */
  readonly position: number | null;
  /** To act on the floor; always the same object for a room. */
  readonly actions: Floor;
}

export function useFloor(room: Room): FloorSnapshot {
  return useRoomValue(room, snapshotOf, sameFloor);
}

const snapshotOf = ({ outline, floor }: Room): FloorSnapshot => ({
  phase: outline.floor.phase,
  holders: outline.floor.holders,
  queue: outline.floor.queue,
  window: outline.floor.window ?? null,
  ballot: outline.floor.ballot ?? null,
  interruption: outline.floor.interruption,
  mine: floor.mine,
  position: floor.position,
  actions: floor,
});

/** `mine` is made at each look, so it is compared by what is in it. */
function sameFloor(before: FloorSnapshot, after: FloorSnapshot): boolean {
  const { mine: mineBefore, ...restBefore } = before;
  const { mine: mineAfter, ...restAfter } = after;
  const sameMine =
    mineBefore === mineAfter ||
    (mineBefore !== null && mineAfter !== null && shallowEqual(mineBefore, mineAfter));
  return sameMine && shallowEqual(restBefore, restAfter);
}
