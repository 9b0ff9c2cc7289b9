import { isLogged, type Data, type Entry, type History, type WireEvent } from '../checkers/history.ts';

/** What became of a command in the end; `abandoned` where its sender ceased to be a member. */
export type Answer =
  | { readonly outcome: 'ok'; readonly seq: number | null; readonly data: Data }
  | { readonly outcome: 'fail'; readonly code: string; readonly details: Data }
  | { readonly outcome: 'abandoned' };

interface Sent {
  readonly id: string;
  readonly op: string;
  readonly data: Data;
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

/**
 * A participant that follows the wire to the letter and writes down all it sends and gets: it keeps its
 * guest's token, sends unanswered commands again under the same ids after every reconnect, and resumes
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
  /** Last seq it was told. */
  last = 0;
  /** Whether events can come now. */
  joined = false;
  readonly #port: number;
  readonly #pending = new Map<string, Sent>();
  readonly #answered: { readonly id: string; readonly op: string; readonly data: Data }[] = [];
  #socket: WebSocket | null = null;
  #token: string | undefined;
  #resume: { participant: string; token: string; epoch: string } | null = null;
  #join: { id: string; data: Data } | null = null;
  #session = '';
  #frames = 0;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #ended: Promise<void>[] = [];

  constructor(name: string, conversation: string, port: number) {
    this.name = name;
    this.conversation = conversation;
    this.#port = port;
  }

  history(complete: boolean): History {
    return { client: this.name, conversation: this.conversation, complete, entries: this.entries };
  }

  get waiting(): number {
    return this.#pending.size;
  }

  /** An id that no other command has; also a mark by which the command is found in the log. */
  nextId(): string {
    return `${this.name}.${++this.#frames}`;
  }

  connect(): void {
    if (this.#closed) return;
    const socket = new WebSocket(`ws://127.0.0.1:${this.#port}/v1/ws`, ['parley.v1']);
    this.#socket = socket;
    this.#ended.push(
      new Promise((resolve) => {
        socket.addEventListener('close', () => {
          this.#lost(socket);
          resolve();
        });
      }),
    );
    socket.addEventListener('open', () => {
      this.#session = `hello.${++this.#frames}`;
      this.#write(this.#session, 'hello', {
        client: 'crash-test',
        ...(this.#token && { token: this.#token }),
      });
    });
    socket.addEventListener('message', ({ data }) => this.#receive(String(data)));
    // A refused connection is followed by `close`, which tries again.
    socket.addEventListener('error', () => socket.close());
  }

  /** Gives a command and resolves with its first definite answer, however many connections that takes. */
  send(op: string, data: Data, id = this.nextId()): Promise<Answer> {
    return new Promise((settle) => {
      const sent = { id, op, data, settle };
      this.#pending.set(id, sent);
      if (this.joined) this.#invoke(sent);
    });
  }

  /** A piece of speech: there is no reply to it unless it is refused. */
  push(op: string, data: Data): void {
    if (this.joined) this.#write(this.nextId(), op, data);
  }

  /** Sends a command again that has its answer, as a client might that lost it; with another body if given. */
  repeat(which: number, change: Data = {}): Promise<Answer> | null {
    const old = this.#answered.at(-1 - (which % Math.max(1, this.#answered.length)));
    if (!old || this.#pending.has(old.id)) return null;
    if (!Object.keys(change).every((key) => Object.hasOwn(old.data, key))) return null;
    return this.send(old.op, { ...old.data, ...change }, old.id);
  }

  /** Loses the connection, without the hub going down. */
  drop(): void {
    this.#socket?.close();
  }

  /** Leaves, waits for it, and joins again as somebody new. */
  async leaveAndRejoin(): Promise<void> {
    const answer = await this.send('conversation.leave', {});
    if (answer.outcome !== 'ok') return;
    this.#startAnew();
    if (this.#socket?.readyState === WebSocket.OPEN) this.#enter();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
    await Promise.all(this.#ended);
  }

  #lost(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.joined = false;
    this.entries.push({ kind: 'lost' });
    if (!this.#closed) this.#timer = setTimeout(() => this.connect(), RECONNECT_MS);
  }

  #startAnew(): void {
    this.joined = false;
    this.participant = null;
    this.grant = null;
    this.#resume = null;
    this.#join = null;
    this.#answered.length = 0;
    for (const sent of this.#pending.values()) sent.settle({ outcome: 'abandoned' });
    this.#pending.clear();
  }

  /** Resumes, or joins; a join that had no answer is sent again as it was. */
  #enter(): void {
    this.#session = `resume.${this.nextId()}`;
    const data = { kind: 'agent', displayName: this.name, catchUp: { last: 0 } };
    if (this.#resume) {
      this.#write(this.#session, 'conversation.join', {
        ...data,
        resume: { ...this.#resume, seq: this.last },
      });
      return;
    }
    if (!this.#join) {
      const id = this.nextId();
      this.#join = { id, data: { ...data, displayName: id } };
    }
    this.#session = this.#join.id;
    this.entries.push({ kind: 'invoke', id: this.#join.id, op: 'conversation.join', data: this.#join.data });
    this.#write(this.#join.id, 'conversation.join', this.#join.data);
  }

  #receive(text: string): void {
    const frame = JSON.parse(text) as Reply | WireEvent | { batch: WireEvent[] };
    if ('re' in frame) this.#reply(frame);
    else for (const event of 'batch' in frame ? frame.batch : [frame]) this.#event(event);
  }

  #event(event: WireEvent): void {
    this.entries.push({ kind: 'event', event });
    if (!isLogged(event)) return;
    this.last = event.seq;
    const mine = event.data['participant'] === this.participant;
    if (event.event === 'floor.granted' && mine) this.grant = event.seq;
    if ((event.event === 'floor.released' || event.event === 'floor.revoked') && mine) this.grant = null;
  }

  #reply(reply: Reply): void {
    if (reply.re.startsWith('hello.')) {
      if (!reply.ok) throw new Error(`${this.name}: hello refused: ${JSON.stringify(reply.error)}`);
      this.#token = (reply.data?.['token'] as string | undefined) ?? this.#token;
      return this.#enter();
    }
    if (reply.re === this.#session) return this.#entered(reply);
    const sent = this.#pending.get(reply.re);
    if (!sent) return;
    const { id } = sent;
    if (!reply.ok) {
      const { code, retryable, details } = reply.error!;
      this.entries.push({ kind: 'fail', id, code, retryable });
      this.#pending.delete(id);
      return sent.settle({ outcome: 'fail', code, details: details ?? {} });
    }
    const seq = reply.seq ?? null;
    const data = reply.data ?? {};
    this.entries.push({ kind: 'ok', id, seq, data });
    this.#pending.delete(id);
    this.#answered.push(sent);
    if (this.#answered.length > 200) this.#answered.shift();
    sent.settle({ outcome: 'ok', seq, data });
  }

  #entered(reply: Reply): void {
    if (!reply.ok) {
      const { code, retryable } = reply.error!;
      if (this.#join) this.entries.push({ kind: 'fail', id: this.#join.id, code, retryable });
      this.entries.push({ kind: 'lost' });
      this.#startAnew();
      this.#timer = setTimeout(
        () => this.#socket?.readyState === WebSocket.OPEN && this.#enter(),
        RECONNECT_MS,
      );
      return;
    }
    const { participant, resumeToken, resumed, epoch, seq, token } = reply.data as {
      participant: string | { id: string };
      resumeToken: string;
      resumed: boolean;
      epoch: string;
      seq: number;
      token?: string;
    };
    const id = typeof participant === 'string' ? participant : participant.id;
    if (this.#join) {
      this.entries.push({ kind: 'ok', id: this.#join.id, seq, data: { participant: id } });
      this.#join = null;
    }
    this.#token = token ?? this.#token;
    this.#resume = { participant: id, token: resumeToken, epoch };
    this.participant = id;
    const from = resumed ? this.last : seq;
    this.last = from;
    this.entries.push({ kind: 'joined', participant: id, epoch, resumed, from });
    this.joined = true;
    for (const sent of this.#pending.values()) this.#invoke(sent);
  }

  #invoke({ id, op, data }: Sent): void {
    this.entries.push({ kind: 'invoke', id, op, data });
    this.#write(id, op, data);
  }

  #write(id: string, op: string, data: Data): void {
    const conversation = op === 'hello' ? {} : { conversation: this.conversation };
    this.#socket?.send(JSON.stringify({ id, op, ...conversation, data }));
  }
}
