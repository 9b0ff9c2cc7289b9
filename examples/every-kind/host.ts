import type { Agent, AgentControl, Room } from '@parley/client';
import { runAgent } from '@parley/client';

/** How long everybody together may take to answer, on a machine that has other things to do as well. */
const ANSWERS_MS = 30_000;

/** A human who asks the others, votes for whoever has waited longest, and lets every other turn go. */
export class Host {
  readonly room: Room;
  readonly #control = Promise.withResolvers<AgentControl>();
  readonly #over: Promise<void>;
  #question: { readonly text: string; readonly addressedTo: readonly string[] } | null = null;

  constructor(room: Room) {
    this.room = room;
    const agent: Agent = {
      name: 'Hana',
      begin: (control) => this.#control.resolve(control),
      wantsFloor: () => this.#question !== null,
      bid: () => (this.#question ? { urgency: 1 } : null),
      vote: ({ candidates }) => candidates[0] ?? null,
      onTurn: async ({ close }) => {
        if (!this.#question) return '';
        const { text, addressedTo } = this.#question;
        this.#question = null;
        close({ addressedTo });
        return text;
      },
    };
    this.#over = runAgent(room, agent);
  }

  /** Asks these, or everybody, and resolves when each has answered and the floor is free again. */
  async ask(text: string, whom: readonly string[] = this.others.map(({ displayName }) => displayName)) {
    const asked = this.others.filter(({ displayName }) => whom.includes(displayName));
    const before = new Map(asked.map(({ id }) => [id, this.#utterances(id)]));
    await this.say(text, whom);
    await until(
      this.room,
      ({ view }) =>
        view.floor.phase === 'idle' && asked.every(({ id }) => this.#utterances(id) > before.get(id)!),
      () => `${silent()} did not answer`,
    );

    // For the message of the error only.
    const silent = () =>
      asked
        .filter(({ id }) => this.#utterances(id) === before.get(id))
        .map(({ displayName }) => displayName)
        .join(', ');
  }

  /** Says it to these as soon as it is her turn, and resolves when she has said it. */
  async say(text: string, whom: readonly string[]): Promise<void> {
    const before = this.#utterances(this.room.me);
    const addressedTo = this.others
      .filter(({ displayName }) => whom.includes(displayName))
      .map(({ id }) => id);
    this.#question = { text, addressedTo };
    (await this.#control.promise).want();
    await until(
      this.room,
      ({ me }) => this.#utterances(me) > before,
      () => 'the host had no turn',
    );
  }

  /** Whoever else speaks here. */
  get others() {
    return this.room.view.participants.filter(
      ({ id, roles }) => id !== this.room.me && !roles.includes('observer'),
    );
  }

  /** Resolves when the conversation is over. */
  over(): Promise<void> {
    return this.#over;
  }

  #utterances(id: string): number {
    return this.room.view.contributions.find(({ participant }) => participant === id)?.utterances ?? 0;
  }
}

/** Resolves once the room is so; rejects with `problem` after half a minute. */
export function until(room: Room, isSo: (room: Room) => boolean, problem: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop();
      reject(new Error(problem()));
    }, ANSWERS_MS);
    const look = (): void => {
      if (!isSo(room)) return;
      stop();
      clearTimeout(timer);
      resolve();
    };
    const stop = room.subscribe(look);
    look();
  });
}
