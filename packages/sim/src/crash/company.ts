import { Actor, HABITS, type Habits } from '../clients/actor.ts';
import { RecordingClient } from '../clients/recording-client.ts';
import type { Surroundings } from '../clients/surroundings.ts';
import { isLogged, type Data, type Entry } from '../checkers/history.ts';
import { realSurroundings, WAYS } from '../network/real-surroundings.ts';
import type { Random } from '../random.ts';
import { issueToken } from './hub-process.ts';
import { levelOf, type Room } from './rooms.ts';

/** How long the run waits for something that has to come about. */
const QUIET_MS = 45_000;
/** Nothing has happened for so long: all deadlines of a turn are over by then, or were none. */
const REST_MS = 700;
const MEETING_MS = 200;

const BUSY: Habits = {
  ...HABITS,
  speaking: { ...HABITS.speaking, silence: 0.3 },
  listening: { ...HABITS.listening, request: 16, insist: 2 },
  whispers: 0.4,
  based: 0.2,
  outdated: 0.1,
};

interface Member {
  readonly name: string;
  readonly room: Room;
  readonly level: Data;
  readonly token: string;
  readonly surroundings: Surroundings;
}

/**
 * Everybody who takes part in a run: in each room participants of all levels and by all ways, through the
 * proxy; and one witness whose own connection is sound, so that what all are told has been heard by
 * somebody.
 */
export class Company {
  readonly clients: RecordingClient[] = [];
  readonly #witnesses = new Set<RecordingClient>();
  readonly #actors = new Map<RecordingClient, Actor>();
  readonly #habits: Habits;
  readonly #introducing: NodeJS.Timeout;

  /** Everybody has a token: a guest whose first answer is lost on its way has no name to ask again by. */
  static async gather(
    rooms: readonly Room[],
    each: number,
    ports: { readonly proxy: number; readonly hub: number },
    random: Random,
    habits = BUSY,
  ): Promise<Company> {
    const company = new Company(habits);
    try {
      await company.#gather(rooms, each, ports, random);
    } catch (error) {
      await company.close();
      throw error;
    }
    return company;
  }

  private constructor(habits: Habits) {
    this.#habits = habits;
    this.#introducing = setInterval(() => this.#introduce(), MEETING_MS);
  }

  async #gather(
    rooms: readonly Room[],
    each: number,
    ports: { readonly proxy: number; readonly hub: number },
    random: Random,
  ): Promise<void> {
    const token = (name: string): Promise<string> => issueToken(ports.hub, name);
    for (const [index, room] of rooms.entries()) {
      for (let member = 0; member < each; member += 1) {
        const way = WAYS[(member + index) % WAYS.length]!;
        const options = { name: `c${index}-${member}-${way}`, room, level: levelOf(member) };
        const surroundings = realSurroundings(ports.proxy, way);
        this.#add({ ...options, token: await token(options.name), surroundings }, random);
      }
      const witness = { name: `w${index}`, room, level: levelOf(0), token: await token(`w${index}`) };
      const surroundings = realSurroundings(ports.hub);
      this.#witnesses.add(this.#add({ ...witness, surroundings }, random));
    }
    for (const client of this.clients) client.connect();
  }

  get allThere(): boolean {
    return this.clients.every(({ joined }) => joined);
  }

  /** Accepted utterances that were for some only. */
  get whispers(): number {
    return this.clients.reduce((sum, { entries }) => sum + whispersIn(entries), 0);
  }

  of(room: Room): readonly RecordingClient[] {
    return this.clients.filter(({ conversation }) => conversation === room.id);
  }

  isWitness(client: RecordingClient): boolean {
    return this.#witnesses.has(client);
  }

  /** Nothing new is begun, everything begun is answered, turns end, and everybody is told everything. */
  async comeToRest(): Promise<void> {
    const { clients } = this;
    await inTime(
      'nobody does anything',
      Promise.all([...this.#actors.values()].map((actor) => actor.stop())),
    );
    await until('everybody is back', () => this.allThere);
    await until('every command is answered', () => clients.every(({ waiting }) => waiting === 0));
    const released = clients.map(async (client) => {
      await client.send('floor.cancel', {});
      if (client.grant !== null) await client.send('floor.release', {});
    });
    await inTime('nobody asks for the floor or holds it', Promise.all(released));
    // Who was granted the floor in between stays silent and loses it by the timers.
    let since = Date.now();
    let seen = '';
    await until('nothing happens any more', () => {
      const now = JSON.stringify(clients.map(({ last, grant, joined }) => [last, grant, joined]));
      if (now !== seen) since = Date.now();
      seen = now;
      const atRest = clients.every(({ grant, joined }) => grant === null && joined);
      return atRest && Date.now() - since > REST_MS;
    });
    await this.#hearTheLast();
  }

  /** Also where the hub answers nothing any more: clients first, so that nobody waits for an answer. */
  async close(): Promise<void> {
    try {
      await Promise.all(this.clients.map((client) => client.close()));
      await Promise.all([...this.#actors.values()].map((actor) => actor.stop()));
    } finally {
      clearInterval(this.#introducing);
    }
  }

  /** A last word for all in each room: whoever has it has everything before it. */
  async #hearTheLast(): Promise<void> {
    for (const witness of this.#witnesses) {
      const said = await inTime(
        'the last word is answered',
        witness.send('topic.set', { topic: witness.nextId() }),
      );
      if (said.outcome !== 'ok') throw new Error(`the last word was refused: ${JSON.stringify(said)}`);
      const all = this.clients.filter(({ conversation }) => conversation === witness.conversation);
      await until('everybody has heard the last', () => all.every(({ last }) => last >= (said.seq ?? 0)));
    }
  }

  #add({ name, room, level, token, surroundings }: Member, random: Random): RecordingClient {
    const client: RecordingClient = new RecordingClient(
      {
        name,
        conversation: room.id,
        token,
        profile: { consistency: level },
        got: (event) => {
          // Turns wait for a strong view; of the others it is known now and then how far they are.
          if (level['kind'] === 'strong' || (isLogged(event) && event.seq % 4 === 0)) client.ack();
        },
      },
      surroundings,
    );
    this.clients.push(client);
    const actor = new Actor(client, random.fork(), surroundings, this.#habits);
    this.#actors.set(client, actor);
    return client;
  }

  #introduce(): void {
    for (const [client, actor] of this.#actors) {
      for (const { conversation, participant } of this.clients) {
        if (conversation === client.conversation && participant !== null) actor.meet(participant);
      }
    }
  }
}

function whispersIn(entries: readonly Entry[]): number {
  const sent = new Set<string>();
  let accepted = 0;
  for (const entry of entries) {
    if (entry.kind === 'invoke' && entry.op === 'speech' && entry.data['to']) sent.add(entry.id);
    else if (entry.kind === 'ok' && sent.delete(entry.id)) accepted += 1;
  }
  return accepted;
}

export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + QUIET_MS;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited ${QUIET_MS} ms in vain until ${what}`);
    await pause(20);
  }
}

/** The result of what may wait for an answer that never comes: no longer than anything else. */
async function inTime<T>(what: string, work: Promise<T>): Promise<T> {
  let over = false;
  const end = (): void => void (over = true);
  void work.then(end, end);
  await until(what, () => over);
  return work;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
