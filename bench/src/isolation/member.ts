import { WireSocket } from '../wire-client.ts';

/** What a member needs to come back. */
interface Place {
  readonly conversation: string;
  readonly participant: string;
  readonly token: string;
  readonly epoch: string;
}

interface JoinReply {
  readonly participant: string;
  readonly resumeToken: string;
  readonly epoch: string;
  readonly seq: number;
  readonly resumed: boolean;
}

/** Anything of the hub's that is waited for comes within this time, or the run has failed. */
const PATIENCE_MS = 60_000;
const ATTEMPTS = 10;

/** A participant on one connection, as light as {@link WireSocket} is. */
export class Member {
  readonly #port: number;
  readonly #name: string;
  #socket: WireSocket | null = null;
  #place: Place | null = null;
  /** Who it is, once the hub has said so. */
  #token: string | undefined;
  #seq = 0;
  /** The newest stored event that has arrived, as it came: only who comes back looks into it. */
  #newest: Buffer | null = null;

  constructor(port: number, name: string) {
    this.#port = port;
    this.#name = name;
  }

  get socket(): WireSocket {
    if (!this.#socket) throw new Error(`${this.#name} is not connected`);
    return this.#socket;
  }

  /** Connects and says hello. */
  async connect(): Promise<void> {
    this.#socket = await WireSocket.open({ port: this.#port, path: '/v1/ws', subprotocol: 'parley.v1' });
    const data = this.#token === undefined ? {} : { token: this.#token };
    const { token } = await this.#ask<{ token?: string }>('hello', { op: 'hello', data });
    this.#token ??= token;
  }

  async join(conversation: string): Promise<void> {
    const data = { kind: 'agent', displayName: this.#name, catchUp: { last: 0 } };
    const reply = await this.#ask<JoinReply>('join', { op: 'conversation.join', conversation, data });
    this.#placed(conversation, reply);
  }

  /**
   * Comes back, and resolves when everything that it missed has arrived. Like any client it tries again
   * where the hub had no time for it.
   */
  async resume(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#resumeOnce();
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        this.lose();
      }
    }
  }

  /** Its own return is the last of what it missed. */
  async #resumeOnce(): Promise<void> {
    const { conversation, participant, token, epoch } = this.#place!;
    await this.connect();
    const { socket } = this;
    const whole = new Promise<void>((resolve) => {
      this.#heard = (text) => {
        const back = text.includes('"event":"participant.returned"');
        if (back && text.includes(`{"participant":"${participant}"}`)) resolve();
      };
    });
    const data = {
      kind: 'agent',
      displayName: this.#name,
      catchUp: { last: 0 },
      resume: { participant, token, epoch, seq: this.#has() },
    };
    const reply = await this.#ask<JoinReply>('resume', { op: 'conversation.join', conversation, data });
    if (!reply.resumed) throw new Error(`${this.#name} was not resumed`);
    await Promise.race([whole, this.#broken(socket, 'its return')]);
    this.#placed(conversation, reply);
  }

  /** Loses the connection, without a word. */
  lose(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }

  /** Told of texts that are no answers. */
  #heard: (text: string) => void = () => {};

  #placed(conversation: string, { participant, resumeToken, epoch, seq }: JoinReply): void {
    this.#place = { conversation, participant, token: resumeToken, epoch };
    this.#seq = seq;
    this.#newest = null;
    this.socket.onText = (payload) => {
      // A copy: the socket reads on into the same memory.
      if (isStored(payload)) this.#newest = Buffer.from(payload);
    };
  }

  /** The last seq that it has. */
  #has(): number {
    if (this.#newest === null) return this.#seq;
    const text = JSON.parse(this.#newest.toString()) as { batch?: { seq: number }[]; seq: number };
    return (text.batch?.at(-1) ?? text).seq;
  }

  #ask<T>(id: string, frame: object): Promise<T> {
    const { socket } = this;
    const answer = new Promise<T>((resolve, reject) => {
      socket.onText = (payload) => {
        const text = payload.toString();
        if (!text.startsWith(`{"re":"${id}"`)) {
          return this.#heard(text);
        }
        const reply = JSON.parse(text) as { ok: boolean; data: T };
        if (!reply.ok) return reject(new Error(`refused: ${text}`));
        // What comes behind the answer is of interest to nobody but who waits for it.
        socket.onText = (later) => this.#heard(later.toString());
        resolve(reply.data);
      };
    });
    socket.send(JSON.stringify({ id, ...frame }));
    return Promise.race([answer, this.#broken(socket, id)]);
  }

  async #broken(socket: WireSocket, what: string): Promise<never> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`${this.#name}: nothing for ${what}`)), PATIENCE_MS);
    timer.unref();
    return Promise.race([
      late,
      socket.closed.then(({ code }) => {
        throw new Error(`${this.#name}: closed with ${code} while waiting for ${what}`);
      }),
    ]).finally(() => clearTimeout(timer));
  }
}

/** A stored event begins with what it comes after; several come as a batch. */
const isStored = (payload: Buffer): boolean => /^\{"(after|batch)"/.test(payload.toString('latin1', 0, 9));
