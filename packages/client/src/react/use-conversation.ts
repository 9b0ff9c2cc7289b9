import type { ConversationView } from '@parley/core';
import type { Room, RoomClosed } from '../api.ts';
import { shallowEqual, useRoomValue } from './use-room-value.ts';

/**
 * The conversation's state, without the words that are being spoken: those come many times a second,
 * and only `useTranscript` renders for them.
 */
export function useConversation(room: Room): Omit<ConversationView, 'speaking'> {
  return useRoomValue(room, ({ outline }) => outline);
}

/** Whether the room is up to date, and why it is over where it is. */
export function useRoomStatus(room: Room): { readonly live: boolean; readonly closed: RoomClosed | null } {
  return useRoomValue(room, ({ live, closed }) => ({ live, closed }), shallowEqual);
}
