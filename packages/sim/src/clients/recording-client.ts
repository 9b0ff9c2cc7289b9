import { isLogged, type CaughtUp, type Data, type Entry, type Happening } from '../checkers/history.ts';
import type { History, WireEvent } from '../checkers/history.ts';
import { Cursor } from './cursor.ts';
import type { Surroundings, Wire } from './surroundings.ts';

/** What became of a command in the end; `abandoned` where its sender ceased to be a member, or was closed. */
export type Answer =
  | { readonly outcome: 'ok'; readonly seq: number | null; readonly data: Data }
  | { readonly outcome: 'fail'; readonly code: string; readonly details: Data }
  | { readonly outcome: 'abandoned' };

export interface ClientOptions {
  readonly name: string;
  readonly conversation: string;
  /** Without one it is a guest and keeps the token that it is given. */
  readonly token?: string;
  /** Beside its name, what it joins with. */
  readonly profile?: Data;
  /** Told of each durable event that it has got, in the order of arrival. */
  readonly got?: (event: WireEvent) => void;
}

interface Sent {
  readonly id: string;
  readonly op: string;
  readonly data: Data;
  readonly basedOn?: number;
  readonly settle: (answer: Answer) => void;
}

interface Reply {
  readonly re: string;
  readonly ok: boolean;
  readonly seq?: number;
  readonly data?: Data;
  readonly error?: { code: string; message: string; retryable: boolean; details?: Data };
}

const RECONNECT_MS = 30;
/** Events that it wants to be shown when it comes. */
const LAST = 10;
/** Commands that it remembers to repeat. */
const ANSWERED_MAX = 200;

/**
 * A participant that follows the wire to the letter and writes down all it sends and gets: it keeps its
 * token, sends unanswered commands again under the same ids after every reconnect, and resumes
 * where it was. It shares no code with the SDK, so that neither hides the other's mistakes.
 */
export class RecordingClient {
  readonly name: string;
  readonly conversation: string;
  readonly entries: Entry[] = [];
  /** Null until it has joined, and after leaving. */
  participant: string | null = null;
  /** Its live grant, as far as it has heard. */
  grant: number | null = null;
  /** Whether events can come now. */
  joined = false;
  /** The state that its last join was answered with. */
  state: Data | null = null;
  readonly #options: ClientOptions;
  readonly #surroundings: Surroundings;
  readonly #cursor = new Cursor();
  readonly #pending = new Map<string, Sent>();
  readonly #answered: Sent[] = [];
  /** Answers that are still to come on this connection, by the command's id: one for each sending. */
  readonly #expected = new Map<string, number>();
  #wire: Wire | null = null;
  #open = false;
  #token: string | undefined;
  #resume: { participant: string; token: string; epoch: string } | null = null;
  #join: { id: string; data: Data } | null = null;
  #session = '';
  #frames = 0;
  #closed = false;
  #cancelTimer: (() => void) | null = null;
  #ended: Promise<void> = Promise.resolve();

  constructor(options: ClientOptions, surroundings: Surroundings) {
    this.name = options.name;
    this.conversation = options.conversation;
    this.#options = options;
    this.#surroundings = surroundings;
    this.#token = options.token;
  }

  history(more: Pick<History, 'complete' | 'attentive' | 'networkMs'>): History {
    const { name: client, conversation, entries } = this;
    const { ordered } = this.#surroundings;
    return { client, conversation, ...more, ordered, entries };
  }

  /** Commands without a definite answer. */
  get waiting(): number {
    return this.#pending.size;
  }

  /** Last seq up to which it has everything that is for it. */
  get last(): number {
    return this.#cursor.seq;
  }

  /** Has asked to come back as who it was, and waits for the answer. */
  get resuming(): boolean {
    return this.#open && !this.joined && this.#session.startsWith('resume.');
  }

  /** An id that no other command has; also a mark by which the command is found in the log. */
  nextId(): string {
    return `${this.name}.${++this.#frames}`;
  }

  connect(): void {
    if (this.#closed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = Promise.all([this.#ended, promise]).then(() => undefined);
    const wire: Wire = this.#surroundings.connect({
      open: () => {
        if (wire !== this.#wire) return;
        this.#open = true;
        this.#session = `hello.${++this.#frames}`;
        this.#write(this.#session, 'hello', { client: 'sim', ...(this.#token && { token: this.#token }) });
      },
      message: (text) => {
        if (wire === this.#wire) this.#receive(text);
      },
      close: () => {
        this.#lost(wire);
        resolve();
      },
    });
    this.#wire = wire;
  }

  /** Gives a command and resolves with its first definite answer, however many connections that takes. */
  send(op: string, data: Data, { id = this.nextId(), basedOn }: { id?: string; basedOn?: number } = {}) {
    if (this.#closed) return Promise.resolve<Answer>({ outcome: 'abandoned' });
    return new Promise<Answer>((settle) => {
      const sent = { id, op, data, settle, ...(basedOn === undefined ? {} : { basedOn }) };
      this.#pending.set(id, sent);
      if (this.joined) this.#invoke(sent);
    });
  }

  /** A piece of speech: there is no reply to it unless it is refused. */
  push(op: string, data: Data): void {
    if (this.joined) this.#write(this.nextId(), op, data);
  }

  /** Says that everything up to where it is has arrived. */
  ack(): void {
    if (!this.joined) return;
    const seq = this.last;
    this.#note({ kind: 'acked', seq });
    this.#write(this.nextId(), 'ack', { seq });
  }

  /** Sends a command again that has its answer, as a client might that lost it; with another body if given. */
  repeat(which: number, change: Data = {}): Promise<Answer> | null {
    const old = this.#answered.at(-1 - (which % Math.max(1, this.#answered.length)));
    if (!old || this.#pending.has(old.id)) return null;
    if (!Object.keys(change).every((key) => Object.hasOwn(old.data, key))) return null;
    return this.send(old.op, { ...old.data, ...change }, old);
  }

  /** Sends every command again that waits for its answer, on the same connection. */
  insist(): void {
    if (this.joined) for (const sent of this.#pending.values()) this.#invoke(sent);
  }

  /** Loses the connection, without the hub going down. */
  drop(): void {
    this.#wire?.close();
  }

  /** Leaves, waits for it, and joins again as somebody new. */
  async leaveAndRejoin(): Promise<void> {
    const answer = await this.send('conversation.leave', {});
    if (answer.outcome !== 'ok') return;
    this.#startAnew();
    if (this.#open) this.#enter();
  }

  /** Ends its connection for good; whoever waits for an answer learns that none will come. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer?.();
    this.#wire?.close();
    this.#abandon();
    await this.#ended;
  }

  #lost(wire: Wire): void {
    if (wire !== this.#wire) return;
    this.joined = false;
    this.#open = false;
    this.#session = '';
    this.#expected.clear();
    this.#note({ kind: 'lost' });
    if (!this.#closed) this.#later(() => this.connect());
  }

  /** It was removed, or taken for gone: it comes back as somebody new. */
  #leftBehind(): void {
    this.#startAnew();
    this.#later(() => this.#enterAgain());
  }

  /** Unless it has by now, or is about to. */
  #enterAgain(): void {
    if (this.#open && !this.joined && this.#session === '') this.#enter();
  }

  #startAnew(): void {
    this.joined = false;
    this.#session = '';
    this.participant = null;
    this.grant = null;
    this.#resume = null;
    this.#join = null;
    this.#answered.length = 0;
    this.#abandon();
  }

  #abandon(): void {
    for (const sent of this.#pending.values()) sent.settle({ outcome: 'abandoned' });
    this.#pending.clear();
  }

  /** Resumes, or joins; a join that had no answer is sent again as it was. */
  #enter(): void {
    this.#session = `resume.${this.nextId()}`;
    const { name: displayName, profile } = this.#options;
    const data = { kind: 'agent', displayName, catchUp: { last: LAST }, ...profile };
    if (this.#resume) {
      const { participant } = this.#resume;
      this.#note({ kind: 'resuming', participant, from: this.last });
      return this.#write(this.#session, 'conversation.join', {
        ...data,
        resume: { ...this.#resume, seq: this.last },
      });
    }
    if (!this.#join) {
      const id = this.nextId();
      this.#join = { id, data: { ...data, displayName: id } };
    }
    this.#session = this.#join.id;
    this.#note({ kind: 'invoke', id: this.#join.id, op: 'conversation.join', data: this.#join.data });
    this.#write(this.#join.id, 'conversation.join', this.#join.data);
  }

  #receive(text: string): void {
    const frame = JSON.parse(text) as Reply | WireEvent | { batch: WireEvent[] };
    if ('re' in frame) this.#reply(frame);
    else for (const event of 'batch' in frame ? frame.batch : [frame]) this.#event(event);
  }

  #event(event: WireEvent): void {
    this.#note({ kind: 'event', event });
    // What was dropped may have been the end of its turn: it asks again rather than rely on it.
    if (event.event === 'delivery.dropped') this.grant = null;
    if (!isLogged(event)) return;
    this.#cursor.take(event);
    const mine = event.data['participant'] === this.participant;
    if (event.event === 'floor.granted' && mine) this.grant = event.seq;
    if ((event.event === 'floor.released' || event.event === 'floor.revoked') && mine) this.grant = null;
    this.#options.got?.(event);
    if (event.event === 'participant.left' && mine) this.#leftBehind();
  }

  #reply(reply: Reply): void {
    if (reply.re.startsWith('hello.')) {
      if (!reply.ok) throw new Error(`${this.name}: hello refused: ${JSON.stringify(reply.error)}`);
      this.#token = (reply.data?.['token'] as string | undefined) ?? this.#token;
      return this.#enter();
    }
    if (reply.re === this.#session) return reply.ok ? this.#entered(reply) : this.#refused(reply.error!);
    this.#answer(reply.re, reply);
  }

  /** The first answer settles a command; those to its other sendings are written down. */
  #answer(id: string, reply: Reply): void {
    const expected = this.#expected.get(id) ?? 0;
    if (expected === 0) return;
    this.#expected.set(id, expected - 1);
    const sent = this.#pending.get(id);
    this.#pending.delete(id);
    if (!reply.ok) {
      const { code, retryable, details = {} } = reply.error!;
      this.#note({ kind: 'fail', id, code, retryable, details });
      return sent?.settle({ outcome: 'fail', code, details });
    }
    const seq = reply.seq ?? null;
    const data = reply.data ?? {};
    this.#note({ kind: 'ok', id, seq, data });
    if (!sent) return;
    this.#answered.push(sent);
    if (this.#answered.length > ANSWERED_MAX) this.#answered.shift();
    sent.settle({ outcome: 'ok', seq, data });
  }

  /** Its join or return was not taken: tries again, as somebody new where the membership is over. */
  #refused({ code, retryable }: NonNullable<Reply['error']>): void {
    if (this.#join) this.#note({ kind: 'fail', id: this.#join.id, code, retryable });
    if (this.#resume) this.#note({ kind: 'denied', participant: this.#resume.participant, code });
    this.#note({ kind: 'lost' });
    this.#session = '';
    if (!retryable) this.#startAnew();
    this.#later(() => this.#enterAgain());
  }

  #entered(reply: Reply): void {
    const { participant, resumeToken, resumed, epoch, seq, token, catchUp } = reply.data as unknown as {
      participant: string;
      resumeToken: string;
      resumed: boolean;
      epoch: string;
      seq: number;
      token?: string;
      catchUp: Omit<CaughtUp, 'last'> & { events: WireEvent[] };
    };
    const { events: shown, ...told } = catchUp;
    if (this.#join) {
      this.#note({ kind: 'ok', id: this.#join.id, seq, data: { participant } });
      this.#join = null;
    }
    this.#token = token ?? this.#token;
    this.#resume = { participant, token: resumeToken, epoch };
    this.participant = participant;
    this.state = catchUp.state;
    const from = resumed ? this.last : seq;
    this.#cursor.start(from);
    if (!resumed) this.grant = heldBy(participant, catchUp.state);
    this.#note({
      kind: 'joined',
      participant,
      epoch,
      resumed,
      from,
      shown,
      catchUp: { last: LAST, ...told },
    });
    this.joined = true;
    this.#session = '';
    for (const sent of this.#pending.values()) this.#invoke(sent);
  }

  #invoke({ id, op, data, basedOn }: Sent): void {
    const based = basedOn === undefined ? {} : { basedOn };
    this.#note({ kind: 'invoke', id, op, data, ...based });
    this.#expected.set(id, (this.#expected.get(id) ?? 0) + 1);
    this.#write(id, op, data, based);
  }

  #write(id: string, op: string, data: Data, more: Data = {}): void {
    const conversation = op === 'hello' ? {} : { conversation: this.conversation };
    if (this.#open) this.#wire?.send(JSON.stringify({ id, op, ...conversation, ...more, data }));
  }

  #later(task: () => void): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#surroundings.after(RECONNECT_MS, task);
  }

  #note(entry: Happening): void {
    this.entries.push({ ...entry, when: this.#surroundings.now() });
  }
}

/** The live grant of a participant in a state that the hub gave. */
function heldBy(participant: string, state: Data): number | null {
  const { holders } = state['floor'] as { holders: { participant: string; grant: number }[] };
  return holders.find((holder) => holder.participant === participant)?.grant ?? null;
}
