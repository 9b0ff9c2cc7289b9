import type { Connection, Room } from '@parley/client';
import { ParleyProvider, useConversation } from '@parley/client/react';
import type { ReactNode } from 'react';
import { createContext, useContext, useMemo, useState } from 'react';
import type { View } from '../session/types.ts';

/** What is still known of somebody who left. */
export type Known = View['departed'][number] & { readonly model?: string };

export interface RoomState {
  readonly room: Room;
  readonly connection: Connection;
  readonly view: View;
  readonly me: string;
  readonly isModerator: boolean;
  readonly isObserver: boolean;
  /** A member, or one that left and is remembered here: a speaker's kind is always shown (HU-3). */
  readonly person: (id: string | null) => Known | undefined;
}

const Context = createContext<RoomState | null>(null);

export function useRoom(): RoomState {
  const state = useContext(Context);
  if (state === null) throw new Error('broken assumption: useRoom is used inside RoomProvider');
  return state;
}

interface RoomProviderProps {
  readonly room: Room;
  readonly connection: Connection;
  readonly children: ReactNode;
}

export function RoomProvider({ room, connection, children }: RoomProviderProps) {
  const view = useConversation(room);
  const [remembered] = useState(() => new Map<string, Known>());
  const value = useMemo(() => {
    for (const person of view.departed) if (!remembered.has(person.id)) remembered.set(person.id, person);
    for (const person of view.participants) remembered.set(person.id, person);
    const roles = view.participants.find(({ id }) => id === room.me)?.roles ?? [];
    return {
      room,
      connection,
      view,
      me: room.me,
      isModerator: roles.includes('moderator'),
      isObserver: roles.includes('observer'),
      person: (id: string | null) => (id === null ? undefined : remembered.get(id)),
    };
  }, [room, connection, view, remembered]);
  return (
    <ParleyProvider connection={connection}>
      <Context value={value}>{children}</Context>
    </ParleyProvider>
  );
}
