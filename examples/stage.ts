import { connect, http, runAgent } from '@parley/client';
import type { Agent, Connection, HubHttp, Room, TranscriptLine, WireEvent } from '@parley/client';
import { createLogger, settingsOf, startHub } from '@parley/hub';

type View = Room['view'];

/** A conversation for scripted agents, told line by line on standard output. */
export interface Stage {
  readonly api: HubHttp;
  /** Of the hub. */
  readonly url: string;
  readonly id: string;
  /** The moderator who opened the conversation, listens and prints. */
  readonly chair: Room;
  /** Lets an agent join under this name, with these roles besides. */
  enter(displayName: string, ...roles: string[]): Promise<Room>;
  /** Lets an agent act in a room until the end. */
  run(room: Room, agent: Agent): void;
  /** Resolves as soon as the chair sees this. */
  until(condition: (view: View) => boolean): Promise<void>;
  /** Resolves when this room's participant has the floor, which may be at once. */
  turnOf(room: Room): Promise<void>;
  print(line: string): void;
  /** Ends the conversation, and the hub if it is the example's own. */
  close(): Promise<void>;
}

/** The room's participant has the floor and has said nothing yet: for agents that only take what they are offered. */
export const isOffered = ({ view, me }: Room): boolean =>
  view.floor.holders.some(({ participant, startedAt }) => participant === me && startedAt === undefined);

/**
 * On the hub of `--url`, which must be open, or on one of its own that ends with the example. An example whose
 * hub needs settings always has its own.
 */
export async function openStage(title: string, config: unknown, settings?: object): Promise<Stage> {
  const flag = process.argv.indexOf('--url');
  const given = flag < 0 || settings ? undefined : process.argv[flag + 1];
  const hub =
    given === undefined
      ? await startHub(settingsOf({ port: 0, log: 'memory', open: true, ...settings }), {
          logger: createLogger('silent'),
        })
      : null;
  const url = given ?? hub!.url;
  const api = http(url);
  const { id } = await api.createConversation({ title, config });
  const connections: Connection[] = [];
  const running: Promise<void>[] = [];
  const join = async (displayName: string, roles: readonly string[], token?: string): Promise<Room> => {
    const connection = await connect(url, token === undefined ? {} : { token });
    connections.push(connection);
    return connection.join(id, { kind: 'agent', displayName, roles });
  };
  const chair = await join('Chair', ['moderator', 'observer'], api.token);
  const print = (line: string): void => console.log(line);
  tell(chair, print);

  const until = (condition: (view: View) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!condition(chair.view)) return;
        stop();
        resolve();
      };
      const stop = chair.subscribe(look);
      look();
    });

  print(`# ${title}`);
  return {
    api,
    url,
    id,
    chair,
    until,
    print,
    enter: (displayName, ...roles) => join(displayName, ['participant', ...roles]),
    turnOf: ({ me }) => until(({ floor }) => floor.holders.some(({ participant }) => participant === me)),
    run: (room, agent) => void running.push(runAgent(room, agent)),
    async close() {
      await chair.send('conversation.end');
      await Promise.all(running);
      await Promise.all(connections.map((connection) => connection.close()));
      await hub?.stop();
    },
  };
}

/** Prints what happens in a room: who has the floor and why, what is said, and how it was decided. */
function tell(room: Room, print: (line: string) => void): void {
  const spoke = new Set<number>();
  const told = new Set<TranscriptLine>();
  const nameOf = (id: string): string =>
    room.view.participants.find((participant) => participant.id === id)?.displayName ?? id;
  room.on((event: WireEvent) => {
    // A line that changes, from a question to its answer, is a new one.
    for (const line of room.transcript) {
      if (line.kind !== 'floor' || told.has(line)) continue;
      told.add(line);
      print(`  * ${line.text}`);
    }
    switch (event.event) {
      case 'floor.granted': {
        const { participant, cause, reason } = event.data;
        print(`  > ${nameOf(participant)} has the floor (${reason ?? cause})`);
        return;
      }
      case 'floor.revoking':
      case 'floor.revoked': {
        const { participant, cause } = event.data;
        const verb = event.event === 'floor.revoking' ? 'has to finish' : 'loses the floor';
        print(`  < ${nameOf(participant)} ${verb} (${cause})`);
        return;
      }
      case 'floor.released':
        if (!spoke.has(event.data.grant)) print(`  < ${nameOf(event.data.participant)} passes`);
        return;
      case 'speech.ended': {
        const { participant, text, grant, interrupted } = event.data;
        spoke.add(grant);
        print(`${nameOf(participant)}: ${text}${interrupted ? ' —' : ''}`);
        return;
      }
      default:
        return;
    }
  });
}
