import type { Data, Entry, Evidence, Happening, LoggedWireEvent, WireEvent } from './history.ts';

const CONVERSATION = 'cnv_1';
const START = Date.parse('2026-01-01T00:00:00.000Z');
const at = (ms: number): string => new Date(START + ms).toISOString();

export interface ToldOptions {
  readonly after?: number;
  readonly early?: true;
}

/** What one client saw, written down by hand. Its clock is the story's. */
export class Teller {
  readonly entries: Entry[] = [];
  readonly #story: Story;
  readonly name: string;
  readonly participant: string;

  constructor(story: Story, name: string) {
    this.#story = story;
    this.name = name;
    this.participant = `prt_${name}`;
  }

  note(happening: Happening): this {
    this.entries.push({ ...happening, when: this.#story.now });
    return this;
  }

  joined(from: number, resumed = false, shown: readonly WireEvent[] = []): this {
    const { participant } = this;
    return this.note({ kind: 'joined', participant, epoch: 'e1', resumed, from, shown });
  }

  /** Gets durable events of the log, each behind the one before it in the log unless said otherwise. */
  got(seqs: readonly number[], { after, early }: ToldOptions = {}): this {
    for (const seq of seqs) {
      const { audience: _, ...event } = this.#story.log[seq - 1]!;
      const sent = { ...event, after: after ?? seq - 1, ...(early && { early }) };
      this.note({ kind: 'event', event: sent });
    }
    return this;
  }

  /** Gets an ephemeral event. */
  told(event: string, data: Data): this {
    const ephemeral = { event, conversation: CONVERSATION, at: at(this.#story.now), data };
    return this.note({ kind: 'event', event: ephemeral });
  }

  acked(seq: number): this {
    return this.note({ kind: 'acked', seq });
  }

  lost(): this {
    return this.note({ kind: 'lost' });
  }

  invoke(id: string, op: string, data: Data = {}, basedOn?: number): this {
    return this.note({ kind: 'invoke', id, op, data, ...(basedOn === undefined ? {} : { basedOn }) });
  }

  ok(id: string, seq: number, data: Data = {}): this {
    return this.note({ kind: 'ok', id, seq, data });
  }

  fail(id: string, code: string, details: Data = {}): this {
    return this.note({ kind: 'fail', id, code, retryable: false, details });
  }
}

/** A log and the histories of those who were told it, made by hand to keep or to break a promise. */
export class Story {
  now = 0;
  readonly log: LoggedWireEvent[] = [];
  readonly #tellers: Teller[] = [];

  constructor(config: Data = {}) {
    this.happens('conversation.created', { config });
  }

  wait(ms: number): this {
    this.now += ms;
    return this;
  }

  /** Appends an event; gives its seq. */
  happens(
    event: string,
    data: Data,
    { by, audience = 'all' }: { by?: string; audience?: LoggedWireEvent['audience'] } = {},
  ): number {
    const seq = this.log.length + 1;
    const named = by === undefined ? {} : { by };
    this.log.push({ event, conversation: CONVERSATION, seq, at: at(this.now), ...named, data, audience });
    return seq;
  }

  /** A client whose participant joins now and is answered at once. */
  joins(name: string, profile: Data = {}): Teller {
    const teller = new Teller(this, name);
    const { participant: id } = teller;
    const seq = this.happens('participant.joined', {
      participant: { id, displayName: name, roles: ['participant'], topics: [], ...profile },
    });
    this.#tellers.push(teller);
    return teller.joined(seq);
  }

  /** Somebody says something, to all unless said otherwise; gives the seq. */
  said(who: Teller, more: Data = {}, audience: LoggedWireEvent['audience'] = 'all'): number {
    const participant = who.participant;
    const utterance = `utt_${this.log.length + 1}`;
    const text = `${who.name}.${this.log.length + 1}`;
    const data = { participant, utterance, text, grant: 1, topics: [], addressedTo: [], ...more };
    return this.happens('speech.ended', data, { by: participant, audience });
  }

  granted(who: Teller): number {
    const data = { participant: who.participant, grant: this.log.length + 1 };
    return this.happens('floor.granted', data);
  }

  evidence(attentive = true): Evidence {
    const histories = this.#tellers.map(({ name: client, entries }) => ({
      client,
      conversation: CONVERSATION,
      complete: false,
      attentive,
      ordered: true,
      networkMs: 50,
      entries,
    }));
    return { histories, log: this.log };
  }
}
