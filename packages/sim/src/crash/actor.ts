import type { Random } from '../random.ts';
import type { RecordingClient } from './recording-client.ts';

/** At most so many commands without an answer; while the hub is down they pile up no further. */
const PENDING_MAX = 4;

/**
 * Makes one client do what participants do, at random: ask, speak whole and in pieces, stay silent with
 * the floor, react, set topics, repeat itself, lose its connection, leave. Stops when told to.
 */
export class Actor {
  readonly #client: RecordingClient;
  readonly #random: Random;
  readonly #work: Promise<void>;
  #stopping = false;
  #silentUntil = 0;

  constructor(client: RecordingClient, random: Random) {
    this.#client = client;
    this.#random = random;
    this.#work = this.#run();
  }

  /** Nothing new is begun; resolves when the last thing begun is over. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#work;
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      await pause(this.#random.integer(3, 25));
      if (this.#stopping || !this.#client.joined || this.#client.waiting >= PENDING_MAX) continue;
      if (this.#client.grant === null) await this.#listen();
      else if (Date.now() > this.#silentUntil) await this.#speak(this.#client.grant);
    }
  }

  async #speak(grant: number): Promise<void> {
    const client = this.#client;
    const mark = client.nextId();
    switch (this.#random.weighted({ speech: 9, more: 3, pieces: 4, release: 2, silence: 1 })) {
      case 'speech':
        void client.send('speech', { grant, text: mark });
        client.grant = null;
        return;
      case 'more':
        await client.send('speech', { grant, text: mark, final: false });
        return;
      case 'pieces':
        return this.#stream(grant, mark);
      case 'release':
        void client.send('floor.release', {});
        client.grant = null;
        return;
      case 'silence':
        this.#silentUntil = Date.now() + this.#random.integer(500, 2_500);
    }
  }

  /** Speaks in pieces and ends with the whole text, so that pieces lost with a hub do no harm. */
  async #stream(grant: number, mark: string): Promise<void> {
    const client = this.#client;
    const started = await client.send('speech.start', { grant });
    if (started.outcome !== 'ok') return;
    const utterance = started.data['utterance'] as string;
    for (let at = 0; at < mark.length; at += 2) {
      client.push('speech.delta', { utterance, text: mark.slice(at, at + 2), offset: at });
      if (this.#random.chance(0.3)) await pause(this.#random.integer(1, 15));
    }
    await client.send('speech.end', { utterance, text: mark });
    client.grant = null;
  }

  async #listen(): Promise<void> {
    const client = this.#client;
    const mark = client.nextId();
    switch (
      this.#random.weighted({
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
        drop: 0.5,
        leave: 0.3,
      })
    ) {
      case 'request':
        void client.send('floor.request', { preview: mark });
        return;
      case 'react':
        void client.send('reaction.add', { to: this.#random.integer(1, client.last), kind: mark });
        return;
      case 'topic':
        void client.send('topic.set', { topic: mark });
        return;
      case 'item':
        void client.send('item.open', { kind: 'question', text: mark });
        return;
      case 'decide':
        void client.send('decision.record', { text: mark, basedOn: client.last });
        return;
      case 'signal':
        void client.send('signal', { kind: 'typing' });
        return;
      case 'cancel':
        void client.send('floor.cancel', {});
        return;
      case 'stale':
        // Without the floor: must be refused, and must not be in the log.
        void client.send('speech', { grant: this.#random.integer(1, client.last), text: mark });
        return;
      case 'repeat':
        void client.repeat(this.#random.integer(0, 50));
        return;
      case 'conflict':
        // Another text under an id that was accepted; nothing where the command has no text.
        void client.repeat(this.#random.integer(0, 20), { text: mark });
        return;
      case 'drop':
        client.drop();
        return;
      case 'leave':
        if (client.waiting === 0) await client.leaveAndRejoin();
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
