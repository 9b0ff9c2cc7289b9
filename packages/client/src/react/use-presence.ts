import type { ParticipantView } from '@parley/core';
import type { Room } from '../api.ts';
import { shallowEqual, useRoomValue } from './use-room-value.ts';

/**
 * Who is there and how. Does not render again just because somebody did something and was seen a
 * moment later than before: `lastSeen` may lag behind.
 */
export function usePresence(room: Room): readonly ParticipantView[] {
  return useRoomValue(room, ({ outline }) => outline.participants, sameMembers);
}

const sameMembers = (before: readonly ParticipantView[], after: readonly ParticipantView[]): boolean =>
  before.length === after.length && before.every((member, index) => sameMember(member, after[index]!));

function sameMember(before: ParticipantView, after: ParticipantView): boolean {
  if (before === after) return true;
  const { presence: presenceBefore, ...restBefore } = before;
  const { presence: presenceAfter, ...restAfter } = after;
  const samePresence =
    presenceBefore.status === 'active'
      ? presenceAfter.status === 'active'
      : shallowEqual(presenceBefore, presenceAfter);
  return samePresence && shallowEqual(restBefore, restAfter);
}
