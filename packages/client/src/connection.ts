import type { Seq } from '@parley/core';
import { instantOf } from '@parley/core';
import type {
  ConnectOptions,
  Connection,
  ConnectionStatus,
  JoinOptions,
  ReplyData,
  Room,
  RoomClosed,
  SendOptions,
} from './api.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { Settlement } from './command-book.ts';
import { CommandBook } from './command-book.ts';
import { ParleyError } from './errors.ts';
import { FrameIds } from './frame-ids.ts';
import { Link } from './link.ts';
import { Listeners } from './listeners.ts';
import type { MembershipHost } from './membership.ts';
import { Membership } from './membership.ts';
import type { JoinedRoom } from './room.ts';
import { closedError } from './room.ts';
import { ServerClock } from './server-clock.ts';
import type { LiveUtterance } from './speech.ts';
import type { TransportFactory } from './transport.ts';
import { webSocketTransport } from './transport.ts';
import type { IncomingFrame, Reply } from './wire-frames.ts';
import { encodeFrame } from './wire-frames.ts';

type Data = Readonly<Record<string, unknown>>;

/**
 * Connects to a hub. Rejects when it cannot be reached or refuses the token; once connected, losses are
 * repaired silently until {@link Connection.close}, `signal`, or a close code that forbids it.
 */
export function connect(url: string | TransportFactory, options: ConnectOptions = {}): Promise<Connection> {
  const { signal } = options;
  if (signal?.aborted) return Promise.reject(signal.reason);
  const opened = Promise.withResolvers<Connection>();
  let connection: HubConnection;
  try {
    const factory = typeof url === 'function' ? url : webSocketTransport(url);
    connection = new HubConnection(factory, options, opened);
  } catch (error) {
    return Promise.reject(error);
  }
  const abort = () => {
    opened.reject(signal?.reason);
    void connection.close();
  };
  signal?.addEventListener('abort', abort, { once: true });
  connection.onStatus((status) => {
    if (status === 'closed') signal?.removeEventListener('abort', abort);
  });
  connection.start();
  return opened.promise;
}

class HubConnection implements Connection, MembershipHost {
  readonly clock: Clock;
  readonly #options: ConnectOptions;
  readonly #opened: PromiseWithResolvers<Connection>;
  readonly #ids = new FrameIds();
  readonly #link: Link;
  readonly #book: CommandBook;
  readonly #serverClock: ServerClock;
  readonly #statuses: Listeners<ConnectionStatus>;
  readonly #members = new Map<string, Membership>();
  readonly #streams = new Map<number, LiveUtterance>();
  #lastStream = 0;
  /** Counts greetings: tells what has been sent over the present link. */
  #incarnation = 0;
  #status: ConnectionStatus = 'connecting';
  #closeError: ParleyError | null = null;
  #principal = '';
  #token: string | undefined;

  constructor(factory: TransportFactory, options: ConnectOptions, opened: PromiseWithResolvers<Connection>) {
    this.#options = options;
    this.#opened = opened;
    this.#token = options.token;
    this.clock = options.clock ?? systemClock;
    this.#serverClock = new ServerClock(this.clock);
    this.#book = new CommandBook(options.maxInFlight ?? 256);
    this.#statuses = new Listeners((error) => this.report(error));
    const { reconnect, client } = options;
    this.#link = new Link(
      factory,
      { clock: this.clock, ids: this.#ids, ...(reconnect && { reconnect }) },
      () => ({ token: this.#token, client }),
      {
        up: (hello, sentAt) => this.#up(hello, sentAt),
        frame: (frame) => this.#frame(frame),
        down: (error) => this.#down(error),
        closed: (error) => this.#over(error),
      },
    );
  }

  get principal(): string {
    return this.#principal;
  }

  get token(): string | undefined {
    return this.#token;
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  get closeError(): ParleyError | null {
    return this.#closeError;
  }

  onStatus(fn: (status: ConnectionStatus) => void): () => void {
    return this.#statuses.add(fn);
  }

  serverNow(): number {
    return this.#serverClock.now();
  }

  start(): void {
    this.#link.start();
  }

  close(): Promise<void> {
    this.#link.close();
    return Promise.resolve();
  }

  async join(conversation: string, options: JoinOptions): Promise<Room> {
    options.signal?.throwIfAborted();
    if (this.#status === 'closed') throw this.#closedError();
    if (this.#members.has(conversation)) {
      throw new ParleyError({
        code: 'participant.already_joined',
        message: 'this connection takes part in that conversation already',
      });
    }
    const { transcriptLines = 2_000, reconnect } = this.#options;
    const member = new Membership(this, conversation, options, { transcriptLines, reconnect });
    this.#members.set(conversation, member);
    try {
      return await member.join();
    } catch (error) {
      member.stop();
      this.#members.delete(conversation);
      throw error;
    }
  }

  command(conversation: string, op: string, data: Data, options: SendOptions): Promise<ReplyData> {
    const { basedOn, signal } = options;
    return new Promise<ReplyData>((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#status === 'closed') throw this.#closedError();
      const id = this.#ids.next();
      const text = encodeFrame({ id, op, conversation, basedOn, data });
      const abort = () => {
        this.#book.drop(id);
        reject(signal?.reason);
      };
      const settle = (settlement: Settlement) => {
        signal?.removeEventListener('abort', abort);
        if (settlement.ok) resolve(settlement.reply.data);
        else reject(settlement.error);
      };
      this.#book.add({ id, conversation, text, gate: 'room', settle });
      signal?.addEventListener('abort', abort, { once: true });
      if (this.#members.get(conversation)?.room?.live) this.flush(conversation);
    });
  }

  acknowledge(conversation: string, seq: Seq): void {
    this.#link.send(encodeFrame({ id: this.#ids.next(), op: 'ack', conversation, data: { seq } }));
  }

  sendPiece(conversation: string, stream: number, piece: number, data: Data): void {
    const id = this.#ids.piece(stream, piece);
    this.#link.send(encodeFrame({ id, op: 'speech.delta', conversation, data }));
  }

  openStream(utterance: LiveUtterance): number {
    this.#lastStream += 1;
    this.#streams.set(this.#lastStream, utterance);
    return this.#lastStream;
  }

  closeStream(stream: number): void {
    this.#streams.delete(stream);
  }

  sendJoin(conversation: string, data: Data, settle: (settlement: Settlement) => void): void {
    const id = this.#ids.next();
    const text = encodeFrame({ id, op: 'conversation.join', conversation, data });
    this.#book.add({ id, conversation, text, gate: 'link', settle });
    if (this.#link.isUp) this.#flushJoins();
  }

  sendLeave(conversation: string): void {
    this.#link.send(encodeFrame({ id: this.#ids.next(), op: 'conversation.leave', conversation, data: {} }));
  }

  adoptToken(token: string): void {
    this.#token ??= token;
  }

  flush(conversation: string): void {
    this.#book.flush('room', conversation, this.#incarnation, (text) => this.#link.send(text));
  }

  drop(reason: string): void {
    this.#link.drop(reason);
  }

  requestResume(room: JoinedRoom): void {
    this.#members.get(room.id)?.resume();
  }

  forget(room: JoinedRoom, closed: RoomClosed): void {
    this.#members.get(room.id)?.stop();
    this.#members.delete(room.id);
    this.#book.fail(room.id, closedError(closed));
  }

  report(error: unknown): void {
    if (this.#options.onError) this.#options.onError(error);
    else console.error(error);
  }

  #up(hello: Reply, sentAt: number): void {
    const { principal, token, serverTime } = hello.data;
    this.#incarnation += 1;
    if (typeof principal === 'string') this.#principal = principal;
    if (typeof token === 'string') this.adoptToken(token);
    const instant = typeof serverTime === 'string' ? instantOf(serverTime) : Number(serverTime);
    this.#serverClock.hello(sentAt, instant);
    this.#setStatus('open');
    this.#opened.resolve(this);
    this.#flushJoins();
    for (const member of [...this.#members.values()]) member.reconnected();
  }

  #flushJoins(): void {
    this.#book.flush('link', null, this.#incarnation, (text) => this.#link.send(text));
  }

  #frame(frame: IncomingFrame): void {
    if (frame.kind === 'event') {
      this.#serverClock.event(instantOf(frame.event.at));
      this.#members.get(frame.event.conversation)?.room?.receive(frame.event);
      return;
    }
    const settlement: Settlement =
      frame.kind === 'accepted' ? { ok: true, reply: frame.reply } : { ok: false, error: frame.error };
    if (this.#book.settle(frame.re, settlement) || settlement.ok) return;
    const piece = this.#ids.parsePiece(frame.re);
    if (piece && frame.kind === 'refused') this.#streams.get(piece.stream)?.refused(piece.piece, frame.error);
  }

  #down(error: ParleyError): void {
    if (this.#status === 'connecting') {
      // The first attempt is the caller's to repeat: it may be the wrong address.
      this.#link.close(error);
      return;
    }
    for (const member of [...this.#members.values()]) member.interrupted();
    this.#setStatus('reconnecting');
  }

  #over(error: ParleyError | null): void {
    this.#closeError = error;
    const closed: RoomClosed = { cause: causeOf(error), error };
    // Before anybody is told, so that whoever is told finds nothing half open.
    this.#status = 'closed';
    for (const member of [...this.#members.values()]) member.room?.close(closed);
    this.#book.fail(null, this.#closedError());
    this.#members.clear();
    this.#opened.reject(this.#closedError());
    this.#statuses.tell('closed');
  }

  #setStatus(status: ConnectionStatus): void {
    if (this.#status === status) return;
    this.#status = status;
    this.#statuses.tell(status);
  }

  #closedError(): ParleyError {
    return (
      this.#closeError ?? new ParleyError({ code: 'client.closed', message: 'the connection is closed' })
    );
  }
}

function causeOf(error: ParleyError | null): RoomClosed['cause'] {
  if (!error) return 'closed';
  return error.code === 'client.replaced' ? 'replaced' : 'lost';
}
