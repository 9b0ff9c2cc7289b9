import type { Data } from '../checkers/history.ts';
import type { Random } from '../random.ts';
import type { RecordingClient } from './recording-client.ts';
import type { Surroundings } from './surroundings.ts';

/** At most so many commands without an answer; while the hub is down they pile up no further. */
const PENDING_MAX = 4;
/** Members that it remembers to whisper to. */
const KNOWN_MAX = 16;

/** What an actor does with the floor, by how often. */
export type Speaking = 'speech' | 'more' | 'pieces' | 'release' | 'silence';
/** What it does without. */
export type Listening =
  | 'request'
  | 'react'
  | 'topic'
  | 'item'
  | 'decide'
  | 'signal'
  | 'cancel'
  | 'stale'
  | 'repeat'
  | 'conflict'
  | 'interrupt'
  | 'subscribe'
  | 'pause'
  | 'insist'
  | 'drop'
  | 'leave';

export interface Habits {
  readonly speaking: Readonly<Record<Speaking, number>>;
  readonly listening: Readonly<Record<Listening, number>>;
  /** Between two things that it does. */
  readonly restMs: readonly [number, number];
  /** How long it is silent with the floor. */
  readonly silenceMs: readonly [number, number];
  /** Of its utterances, whispers to one other (where the conversation allows them), and with topics. */
  readonly whispers: number;
  readonly topics: readonly string[];
  /** Of its commands, those that say what they are based on: what it has, or something older. */
  readonly based: number;
  readonly outdated: number;
}

export const HABITS: Habits = {
  speaking: { speech: 9, more: 3, pieces: 4, release: 2, silence: 1 },
  listening: {
    request: 10,
    react: 8,
    topic: 4,
    item: 4,
    decide: 3,
    signal: 3,
    cancel: 3,
    stale: 2,
    repeat: 5,
    conflict: 1,
    interrupt: 0,
    subscribe: 0,
    pause: 0,
    insist: 0,
    drop: 0.5,
    leave: 0.3,
  },
  restMs: [3, 25],
  silenceMs: [500, 2_500],
  whispers: 0,
  topics: [],
  based: 0,
  outdated: 0,
};

/**
 * Makes one client do what participants do, at random: ask, speak whole and in pieces, whisper, stay silent
 * with the floor, react, set topics, repeat itself, lose its connection, leave. Stops when told to.
 */
export class Actor {
  readonly #client: RecordingClient;
  readonly #random: Random;
  readonly #surroundings: Surroundings;
  readonly #habits: Habits;
  readonly #work: Promise<void>;
  readonly #others: string[] = [];
  #stopping = false;
  #silentUntil = 0;

  constructor(client: RecordingClient, random: Random, surroundings: Surroundings, habits = HABITS) {
    this.#client = client;
    this.#random = random;
    this.#surroundings = surroundings;
    this.#habits = habits;
    this.#work = this.#run();
  }

  /** Nothing new is begun; resolves when the last thing begun is over. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#work;
  }

  /** Somebody else that it may speak to. */
  meet(participant: string): void {
    if (!this.#others.includes(participant)) this.#others.push(participant);
    if (this.#others.length > KNOWN_MAX) this.#others.shift();
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      await this.#pause(...this.#habits.restMs);
      if (this.#stopping || !this.#client.joined || this.#client.waiting >= PENDING_MAX) continue;
      if (this.#client.grant === null) await this.#listen();
      else if (this.#surroundings.now() >= this.#silentUntil) await this.#speak(this.#client.grant);
    }
  }

  async #speak(grant: number): Promise<void> {
    const client = this.#client;
    const text = client.nextId();
    switch (this.#random.weighted(this.#habits.speaking)) {
      case 'speech':
        void this.#send('speech', { grant, text, ...this.#manner() });
        client.grant = null;
        return;
      case 'more':
        await this.#send('speech', { grant, text, ...this.#manner(), final: false });
        return;
      case 'pieces':
        return this.#stream(grant, text);
      case 'release':
        void this.#send('floor.release', {});
        client.grant = null;
        return;
      case 'silence':
        this.#silentUntil = this.#surroundings.now() + this.#random.integer(...this.#habits.silenceMs);
    }
  }

  /** Speaks in pieces and ends with the whole text, so that pieces lost with a hub do no harm. */
  async #stream(grant: number, text: string): Promise<void> {
    const client = this.#client;
    const started = await this.#send('speech.start', { grant, ...this.#manner() });
    if (started.outcome !== 'ok') return;
    const utterance = started.data['utterance'] as string;
    for (let at = 0; at < text.length; at += 2) {
      client.push('speech.delta', { utterance, text: text.slice(at, at + 2), offset: at });
      if (this.#random.chance(0.3)) await this.#pause(1, 15);
    }
    await this.#send('speech.end', { utterance, text });
    client.grant = null;
  }

  async #listen(): Promise<void> {
    const client = this.#client;
    const mark = client.nextId();
    switch (this.#random.weighted(this.#habits.listening)) {
      case 'request':
        void this.#send('floor.request', { preview: mark });
        return;
      case 'react':
        void this.#send('reaction.add', { to: this.#past(), kind: mark });
        return;
      case 'topic':
        void this.#send('topic.set', { topic: mark });
        return;
      case 'item':
        void this.#send('item.open', { kind: 'question', text: mark });
        return;
      case 'decide':
        void this.#send('decision.record', { text: mark, basedOn: client.last });
        return;
      case 'signal':
        void this.#send('signal', { kind: 'typing' });
        return;
      case 'cancel':
        void this.#send('floor.cancel', {});
        return;
      case 'stale':
        // Without the floor: must be refused, and must not be in the log.
        void this.#send('speech', { grant: this.#past(), text: mark });
        return;
      case 'repeat':
        void client.repeat(this.#random.integer(0, 50));
        return;
      case 'conflict':
        // Another text under an id that was accepted; nothing where the command has no text.
        void client.repeat(this.#random.integer(0, 20), { text: mark });
        return;
      case 'interrupt':
        void this.#send('floor.interrupt', { urgency: this.#random.next(), queueIfDenied: true });
        return;
      case 'subscribe':
        void this.#send('subscribe', { topics: this.#habits.topics.filter(() => this.#random.chance(0.5)) });
        return;
      case 'pause':
        await this.#pause(...this.#habits.silenceMs);
        return;
      case 'insist':
        client.insist();
        return;
      case 'drop':
        client.drop();
        return;
      case 'leave':
        if (client.waiting === 0) await client.leaveAndRejoin();
    }
  }

  /** Topics and listeners of an utterance. */
  #manner(): Data {
    const { whispers, topics } = this.#habits;
    const others = this.#others.filter((id) => id !== this.#client.participant);
    const whispered = others.length > 0 && this.#random.chance(whispers);
    const about = topics.filter((topic) => !topic.includes('*') && this.#random.chance(0.3));
    return {
      ...(whispered ? { to: [this.#random.pick(others as [string, ...string[]])] } : {}),
      ...(about.length > 0 ? { topics: about } : {}),
    };
  }

  #send(op: string, data: Data): ReturnType<RecordingClient['send']> {
    const { based, outdated } = this.#habits;
    if (!this.#random.chance(based)) return this.#client.send(op, data);
    const basedOn = this.#random.chance(outdated) ? this.#past() : this.#client.last;
    return this.#client.send(op, data, { basedOn });
  }

  #past(): number {
    return this.#random.integer(1, Math.max(1, this.#client.last));
  }

  #pause(from: number, to: number): Promise<void> {
    return new Promise(
      (resolve) => void this.#surroundings.after(this.#random.integer(from, to), () => resolve()),
    );
  }
}
