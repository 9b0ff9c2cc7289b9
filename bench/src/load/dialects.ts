import { WireSocket } from '../wire-client.ts';

/** What the load must know of a server: how to come in, to speak, and to tell what comes back apart. */
export interface Dialect {
  readonly name: DialectName;
  open(port: number): Promise<WireSocket>;
  /** Makes `count` rooms and gives back their names. */
  createRooms(port: number, count: number): Promise<string[]>;
  /** Takes the connection into the rooms; resolves once it is told everything that is said there. */
  enter(socket: WireSocket, rooms: readonly string[], name: string): Promise<void>;
  /** Gets whatever must be had to speak in a room; resolves with what {@link say} needs. */
  takeFloor(socket: WireSocket, room: string): Promise<string>;
  say(id: string, room: string, floor: string, text: string): string;
  /** How many utterances a received payload carries. */
  utterances(payload: Buffer): number;
  /** The rooms of the utterances that a received payload carries. */
  rooms(payload: Buffer): readonly string[];
  /** One utterance out of a payload that carries some, as text. */
  sample(payload: Buffer): string;
  /** The id of the command that a received payload answers; null where it answers none. */
  answers(payload: Buffer): string | null;
}

export type DialectName = 'parley' | 'raw' | 'socketIo';

const AFTER = Buffer.from('{"after":');
const BATCH = Buffer.from('{"batch":');
const UTTERANCE = '"event":"speech.ended"';

/** A stored event is sent as `{"after":…`; a reply begins otherwise. */
function parleyUtterances(payload: Buffer): number {
  if (startsWith(payload, AFTER)) return payload.indexOf(UTTERANCE, 0, 'latin1') < 0 ? 0 : 1;
  if (startsWith(payload, BATCH)) return payload.toString('latin1').split(UTTERANCE).length - 1;
  return 0;
}

function parleyRooms(payload: Buffer): readonly string[] {
  const count = parleyUtterances(payload);
  if (count === 0) return [];
  if (count === 1 && startsWith(payload, AFTER)) return [roomOf(payload)];
  const { batch } = JSON.parse(payload.toString()) as { batch: { event: string; conversation: string }[] };
  return batch.filter(({ event }) => event === 'speech.ended').map(({ conversation }) => conversation);
}

const ROOM = Buffer.from('"conversation":"');

function roomOf(payload: Buffer): string {
  const start = payload.indexOf(ROOM) + ROOM.length;
  return payload.toString('latin1', start, payload.indexOf('"', start));
}

function parleyAnswers(payload: Buffer): string | null {
  if (payload[2] !== 0x72 /* {"re": */) return null;
  const frame = JSON.parse(payload.toString()) as { re: string; ok: boolean };
  if (!frame.ok) throw new Error(`refused: ${payload.toString()}`);
  return frame.re;
}

function startsWith(payload: Buffer, start: Buffer): boolean {
  return payload.length >= start.length && payload.compare(start, 0, start.length, 0, start.length) === 0;
}

/** Sends a frame and waits for the reply to it, whatever else comes. For setting up only. */
export function ask(socket: WireSocket, id: string, frame: object): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    void socket.closed.then(({ code }) => reject(new Error(`closed with ${code} while waiting for ${id}`)));
    socket.onText = (payload) => {
      const text = payload.toString();
      if (!text.startsWith(`{"re":"${id}"`)) return;
      const reply = JSON.parse(text) as { ok: boolean; data: Record<string, unknown> };
      if (reply.ok) resolve(reply.data);
      else reject(new Error(`refused: ${text}`));
    };
    socket.send(JSON.stringify({ id, ...frame }));
  });
}

/** Timers so long that none of them runs out within a run. */
const CONFIG = {
  floor: {
    strategy: { kind: 'sequential', maxTurnDurationMs: 600_000 },
    timers: { firstContentMs: 600_000, silenceMs: 600_000 },
  },
  presence: { reconnectGraceMs: 600_000 },
  participantsMax: 2_000,
};

const parley: Dialect = {
  name: 'parley',
  open: (port) => WireSocket.open({ port, path: '/v1/ws', subprotocol: 'parley.v1' }),
  async createRooms(port, count) {
    const rooms: string[] = [];
    let token: string | undefined;
    for (let index = 0; index < count; index++) {
      const response = await fetch(`http://127.0.0.1:${port}/v1/conversations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify({ title: `bench ${index}`, config: CONFIG }),
      });
      const body = (await response.json()) as { id: string; token?: string };
      if (response.status !== 201) throw new Error(`no conversation: ${JSON.stringify(body)}`);
      token ??= body.token;
      rooms.push(body.id);
    }
    return rooms;
  },
  async enter(socket, rooms, name) {
    await ask(socket, 'hello', { op: 'hello', data: {} });
    for (const [index, conversation] of rooms.entries()) {
      const data = { kind: 'agent', displayName: name, catchUp: { last: 0 } };
      await ask(socket, `join:${index}`, { op: 'conversation.join', conversation, data });
    }
  },
  async takeFloor(socket, conversation) {
    const reply = await ask(socket, `floor:${conversation}`, {
      op: 'floor.request',
      conversation,
      data: {},
    });
    if (reply['status'] !== 'granted') throw new Error(`not granted: ${JSON.stringify(reply)}`);
    return String(reply['grant']);
  },
  say: (id, room, floor, text) =>
    `{"id":"${id}","op":"speech","conversation":"${room}","data":{"grant":${floor},"final":false,"text":"${text}"}}`,
  utterances: parleyUtterances,
  rooms: parleyRooms,
  sample(payload) {
    if (startsWith(payload, AFTER)) return payload.toString();
    return JSON.stringify((JSON.parse(payload.toString()) as { batch: unknown[] }).batch[0]);
  },
  answers: parleyAnswers,
};

const raw: Dialect = {
  ...parley,
  name: 'raw',
  open: (port) => WireSocket.open({ port, path: '/' }),
  createRooms: async () => ['cnv_bench'],
  enter: async () => {},
  takeFloor: async () => '1',
};

const socketIo: Dialect = {
  name: 'socketIo',
  async open(port) {
    const socket = await WireSocket.open({ port, path: '/socket.io/?EIO=4&transport=websocket' });
    await packet(socket, '0');
    const connected = packet(socket, '40');
    socket.send('40');
    await connected;
    return socket;
  },
  createRooms: async (_, count) => Array.from({ length: count }, (__, index) => `room_${index}`),
  async enter(socket, rooms) {
    const answer = packet(socket, '43');
    socket.send(`420${JSON.stringify(['enter', rooms])}`);
    await answer;
  },
  takeFloor: async () => '',
  say: (id, room, _, text) => `42${id}${JSON.stringify(['say', room, text])}`,
  utterances: (payload) => (payload[0] === 0x34 && payload[1] === 0x32 /* 42 */ ? 1 : 0),
  rooms: (payload) => (socketIo.utterances(payload) === 1 ? [roomOf(payload)] : []),
  sample: (payload) => payload.toString(),
  answers(payload) {
    if (payload[0] !== 0x34 || payload[1] !== 0x33 /* 43 */) return null;
    return payload.toString('latin1', 2, payload.indexOf('['));
  },
};

/** Waits for an Engine.IO packet that begins with `start`. */
function packet(socket: WireSocket, start: string): Promise<void> {
  return new Promise((resolve) => {
    socket.onText = (payload) => {
      if (payload.toString('latin1', 0, start.length) === start) resolve();
    };
  });
}

export const DIALECTS: Readonly<Record<DialectName, Dialect>> = { parley, raw, socketIo };
