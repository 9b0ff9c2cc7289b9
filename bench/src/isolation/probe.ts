import { DIALECTS, type Dialect, type DialectName } from '../load/dialects.ts';
import { TEXT } from '../load/spec.ts';
import type { WireSocket } from '../wire-client.ts';
import { pause } from './bench.ts';

/** Of each utterance, one sent every so many milliseconds whatever has become of those before. */
const EVERY_MS = 10;
/** What is under way when the measuring ends has this long to arrive. */
const LAST_MS = 30_000;

/** A few members of a conversation who listen, and one who speaks at a fixed rate: how the others fare. */
export class Probe {
  readonly room: string;
  readonly #dialect: Dialect;
  readonly #speaker: WireSocket;
  readonly #listeners: readonly WireSocket[];
  readonly #floor: string;
  /** When each utterance of the room was said, in order. */
  readonly #saidAt: number[] = [];
  /** How many of them each listener has heard. */
  readonly #heard: number[];
  /** Of what was said since the measuring began. */
  #latencies: number[] = [];
  #measuredFrom = 0;

  private constructor(
    dialect: Dialect,
    room: string,
    [speaker, ...listeners]: readonly WireSocket[],
    floor: string,
  ) {
    this.#dialect = dialect;
    this.room = room;
    this.#speaker = speaker!;
    this.#listeners = listeners;
    this.#floor = floor;
    this.#heard = listeners.map(() => 0);
    speaker!.onText = () => {};
    for (const [index, socket] of listeners.entries()) {
      socket.onText = (payload) => this.#hear(index, dialect.utterances(payload));
    }
  }

  static async open(name: DialectName, port: number, listeners: number): Promise<Probe> {
    const dialect = DIALECTS[name];
    const [room] = await dialect.createRooms(port, 1);
    const sockets: WireSocket[] = [];
    for (let index = 0; index <= listeners; index += 1) {
      const socket = await dialect.open(port);
      await dialect.enter(socket, [room!], `Probe ${index}`);
      sockets.push(socket);
    }
    const floor = await dialect.takeFloor(sockets[0]!, room!);
    return new Probe(dialect, room!, sockets, floor);
  }

  /** So many long utterances, as fast as the listeners hear them; for filling what has to be filled. */
  async flood(utterances: number, text: string): Promise<void> {
    for (let index = 0; index < utterances; index += 1) {
      this.#say(text);
      await this.#allHeard();
    }
  }

  /** The times from saying to hearing until `end`, of all listeners, in milliseconds. */
  async measure(end: Promise<unknown>): Promise<readonly number[]> {
    this.#latencies = [];
    this.#measuredFrom = this.#saidAt.length;
    let over = false;
    const ended = end.finally(() => (over = true));
    const began = performance.now();
    for (let said = 0; !over;) {
      // By the clock, not from the last: a pause of this process does not thin out what is measured.
      for (; performance.now() >= began + said * EVERY_MS; said += 1) this.#say(TEXT);
      await pause(1);
    }
    await ended;
    await this.#allHeard();
    return this.#latencies;
  }

  #say(text: string): void {
    const id = `p${this.#saidAt.length}`;
    this.#saidAt.push(performance.now());
    this.#speaker.send(this.#dialect.say(id, this.room, this.#floor, text));
  }

  #hear(listener: number, utterances: number): void {
    const now = performance.now();
    for (let count = 0; count < utterances; count += 1) {
      const index = this.#heard[listener]!++;
      if (index >= this.#measuredFrom) this.#latencies.push(now - this.#saidAt[index]!);
    }
  }

  async #allHeard(): Promise<void> {
    const until = performance.now() + LAST_MS;
    while (this.#heard.some((heard) => heard < this.#saidAt.length)) {
      if (performance.now() > until) throw new Error('the probe lost utterances');
      await pause(1);
    }
  }

  close(): void {
    for (const socket of [this.#speaker, ...this.#listeners]) socket.destroy();
  }
}
