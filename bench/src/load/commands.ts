import { percentile } from '../statistics.ts';
import type { WireSocket } from '../wire-client.ts';
import { DIALECTS } from './dialects.ts';
import { announce, CONVERSATIONS_PER_CONNECTION, TEXT, type CommandsSpec, type LoadResult } from './spec.ts';

interface Conversation {
  readonly room: string;
  readonly speaker: WireSocket;
  floor: string;
  sentAt: number;
  /** Members that still have to be told of the current command, and one for its reply. */
  missing: number;
}

export async function commands(spec: CommandsSpec): Promise<LoadResult> {
  const dialect = DIALECTS[spec.dialect];
  const rooms = await dialect.createRooms(spec.port, spec.conversations);
  const sockets: WireSocket[] = [];
  const conversations = new Map<string, Conversation>();
  for (let from = 0; from < rooms.length; from += CONVERSATIONS_PER_CONNECTION) {
    const shared = rooms.slice(from, from + CONVERSATIONS_PER_CONNECTION);
    const members = await Promise.all(
      Array.from({ length: spec.members }, async (_, index) => {
        const socket = await dialect.open(spec.port);
        await dialect.enter(socket, shared, `P${index}`);
        return socket;
      }),
    );
    sockets.push(...members);
    for (const [index, room] of shared.entries()) {
      const speaker = members[index % members.length]!;
      const floor = await dialect.takeFloor(speaker, room);
      conversations.set(room, { room, speaker, floor, sentAt: 0, missing: 0 });
    }
  }
  for (const socket of sockets) socket.onText = () => {};
  await new Promise((resolve) => setTimeout(resolve, 300));
  return await give(spec, sockets, conversations);
}

function give(
  spec: CommandsSpec,
  sockets: readonly WireSocket[],
  conversations: ReadonlyMap<string, Conversation>,
): Promise<LoadResult> {
  const dialect = DIALECTS[spec.dialect];
  const total = spec.warmUp + spec.commands;
  const inFlight = new Map<string, Conversation>();
  const latencies: number[] = [];
  let sent = 0;
  let complete = 0;
  let measuredFrom = 0;
  let sample = '';

  return new Promise((resolve, reject) => {
    const next = (conversation: Conversation): void => {
      if (sent === total) return;
      const id = `${sent++}`;
      inFlight.set(id, conversation);
      conversation.missing = spec.members + 1;
      conversation.sentAt = performance.now();
      conversation.speaker.send(dialect.say(id, conversation.room, conversation.floor, TEXT));
    };
    const step = (conversation: Conversation): void => {
      conversation.missing -= 1;
      if (conversation.missing > 0) return;
      complete += 1;
      if (complete === spec.warmUp) {
        measuredFrom = performance.now();
        announce('measuring');
      }
      if (complete < total) return next(conversation);
      const seconds = (performance.now() - measuredFrom) / 1_000;
      announce('measured');
      for (const socket of sockets) socket.destroy();
      resolve({
        units: spec.commands,
        perSecond: spec.commands / seconds,
        p50: percentile(latencies, 0.5),
        p99: percentile(latencies, 0.99),
        seconds,
        sample,
      });
    };
    const answered = (id: string): void => {
      const conversation = inFlight.get(id)!;
      inFlight.delete(id);
      if (complete >= spec.warmUp) latencies.push(performance.now() - conversation.sentAt);
      step(conversation);
    };
    for (const socket of sockets) {
      void socket.closed.then(({ code }) => reject(new Error(`a connection closed with ${code}`)));
      socket.onText = (payload) => {
        const told = dialect.rooms(payload);
        if (told.length > 0) {
          if (sample === '') sample = dialect.sample(payload);
          for (const room of told) step(conversations.get(room)!);
          return;
        }
        const id = dialect.answers(payload);
        if (id !== null) answered(id);
      };
    }
    for (const conversation of conversations.values()) next(conversation);
  });
}
