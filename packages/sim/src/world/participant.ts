import { Actor, HABITS, type Habits } from '../clients/actor.ts';
import { RecordingClient } from '../clients/recording-client.ts';
import type { Surroundings } from '../clients/surroundings.ts';
import type { Data, WireEvent } from '../checkers/history.ts';
import type { Random } from '../random.ts';
import { TOPICS } from './setting.ts';

const LIVELY: Habits = {
  speaking: { speech: 8, more: 3, pieces: 5, release: 2, silence: 2 },
  listening: { ...HABITS.listening, interrupt: 2, subscribe: 1, pause: 1, insist: 1, drop: 0.3, leave: 0.3 },
  restMs: [10, 250],
  silenceMs: [200, 1_500],
  whispers: 0.3,
  topics: TOPICS,
  based: 0.3,
  outdated: 0.2,
};

/** How long after an event it acknowledges, by who it is: promptly, in its own time, or hardly ever. */
const ACKING = { prompt: [0, 20], slow: [50, 500], lazy: [600, 4_000] } as const;

export interface ParticipantOptions {
  readonly name: string;
  readonly conversation: string;
  readonly profile: Data;
  /** It sees everything at once, loses nothing, and only listens. */
  readonly attentive: boolean;
}

/** One member of a simulated conversation: a client that writes everything down, and what moves it. */
export class SimulatedParticipant {
  readonly client: RecordingClient;
  readonly attentive: boolean;
  readonly #surroundings: Surroundings;
  readonly #random: Random;
  readonly #acksAfterMs: readonly [number, number];
  #actor: Actor | null = null;
  #acking = false;
  #diligent = false;

  constructor(options: ParticipantOptions, surroundings: Surroundings, random: Random) {
    this.attentive = options.attentive;
    this.#surroundings = surroundings;
    this.#random = random;
    this.#acksAfterMs =
      ACKING[options.attentive ? 'prompt' : random.weighted({ prompt: 4, slow: 3, lazy: 1 })];
    const { name, conversation, profile } = options;
    this.client = new RecordingClient(
      { name, conversation, profile, token: `sub_${name}`, got: (event) => this.#got(event) },
      surroundings,
    );
  }

  start(): void {
    this.client.connect();
    if (!this.attentive) this.#actor = new Actor(this.client, this.#random, this.#surroundings, LIVELY);
  }

  /** Begins nothing new, and acknowledges at once from now on. */
  async rest(): Promise<void> {
    this.#diligent = true;
    this.client.ack();
    await this.#actor?.stop();
  }

  #got({ event, data }: WireEvent): void {
    if (event === 'participant.joined') this.#actor?.meet((data['participant'] as { id: string }).id);
    if (this.#diligent) return this.client.ack();
    if (this.#acking) return;
    this.#acking = true;
    this.#surroundings.after(this.#random.integer(...this.#acksAfterMs), () => {
      this.#acking = false;
      this.client.ack();
    });
  }
}
