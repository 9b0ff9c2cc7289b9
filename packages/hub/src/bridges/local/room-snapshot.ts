import type { Room } from '@parley/client';
import type { RoomCopy } from './thread-protocol.ts';

/** What can be read of a room in a thread. */
const READABLE = ['id', 'me', 'self', 'view', 'outline', 'transcript'] as const;

/**
 * `turn.room` in a thread of its own: a room that stands still, as it was when the turn began. Whatever acts
 * or listens says so instead of doing nothing.
 */
export function roomSnapshot({ id, me, view, transcript }: RoomCopy): Room {
  const self = view.participants.find((participant) => participant.id === me);
  const readable: Pick<Room, (typeof READABLE)[number]> = {
    id,
    me,
    self,
    view,
    outline: view,
    transcript,
  };
  return new Proxy(readable as Room, {
    get(target, key, receiver) {
      // What promises and printers look for is not there, as in any object.
      if (typeof key === 'symbol' || key === 'then' || key === 'toJSON' || Object.hasOwn(target, key)) {
        return Reflect.get(target, key, receiver) as unknown;
      }
      throw new TypeError(
        `turn.room.${key}: in a thread of its own an agent has a copy of the room, with ${READABLE.join(', ')}; it speaks by what it yields`,
      );
    },
  });
}
