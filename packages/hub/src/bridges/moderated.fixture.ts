import { connect, http } from '@parley/client';
import type { Room, UtteranceLine } from '@parley/client';
import type { Hub } from '../app.ts';

/** A conversation of its own on a hub that is open to all, seen by its human moderator. */
export async function moderated(
  hub: Hub,
  created: { title?: string; config?: object } = {},
  displayName = 'Ann',
): Promise<Room> {
  const connection = await connect(hub.connectLocal);
  const api = http(hub.url, connection.token === undefined ? {} : { token: connection.token });
  const { id } = await api.createConversation(created);
  return connection.join(id, { kind: 'human', displayName, roles: ['moderator'] });
}

/** Resolves once the room shows it; a test that waits in vain ends by its time-out. */
export const until = (room: Room, shows: (room: Room) => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (!shows(room)) return;
      stop();
      resolve();
    };
    const stop = room.subscribe(look);
    look();
  });

/** Takes the floor and says one thing. */
export const say = (room: Room, text: string): Promise<void> =>
  room.withFloor(async (turn) => void (await turn.say(text)));

/** What the others have said, or are saying. */
export const saidByOthers = (room: Room): readonly UtteranceLine[] =>
  room.transcript.filter(
    (line): line is UtteranceLine => line.kind === 'utterance' && line.participant !== room.me,
  );
