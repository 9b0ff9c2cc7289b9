import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Instant } from '@parley/core';
import { FRAME_BYTES_MAX, problem, PROBLEM_MEDIA_TYPE, WS_PATH, WS_SUBPROTOCOL } from '@parley/protocol';
import type { ErrorCode } from '@parley/protocol';
import { WebSocketServer } from 'ws';
import type { RawData, WebSocket } from 'ws';
import { Outbox } from '../delivery/outbox.ts';
import { Session } from '../sessions/session.ts';
import type { Channel, ChannelContext } from './channel.ts';
import { WebSocketSink } from './websocket-sink.ts';

/** Pieces of one message: more is an attack on memory by overhead (security.md, Input). */
const FRAGMENTS_MAX = 64;
/** A message that takes longer than this to arrive is an attack by slowness. */
const MESSAGE_MS = 10_000;
/** Connections are looked after in turns, so that ten thousand of them are not pinged at once. */
const TURNS = 20;
/** How long clients have to answer the close of a hub that stops, and how often it is looked. */
const CLOSING_MS = 1_500;
const CLOSING_STEP_MS = 20;
/** Sent pings without an answer that mean disconnected. */
const MISSED_MAX = 2;

/** `/v1/ws`: text frames, no compression, pings from the hub (wire.md, WebSocket). */
export function openWebSocket(context: ChannelContext): Channel {
  const channel = new WebSocketChannel(context);
  context.server.server.on('upgrade', (request, socket, head) => channel.upgrade(request, socket, head));
  return channel;
}

class WebSocketChannel implements Channel {
  readonly #context: ChannelContext;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: FRAME_BYTES_MAX,
    maxFragments: FRAGMENTS_MAX,
    handleProtocols: (offered) => (offered.has(WS_SUBPROTOCOL) ? WS_SUBPROTOCOL : false),
  });
  readonly #turns: Set<Connection>[] = Array.from({ length: TURNS }, () => new Set<Connection>());
  #opened = 0;
  #turn = 0;
  #cancelTurn: () => void;
  #stopped = false;

  constructor(context: ChannelContext) {
    this.#context = context;
    this.#cancelTurn = this.#nextTurn();
  }

  get connections(): number {
    return this.#turns.reduce((sum, turn) => sum + turn.size, 0);
  }

  get bufferedBytes(): number {
    let bytes = 0;
    for (const turn of this.#turns) for (const connection of turn) bytes += connection.bufferedBytes;
    return bytes;
  }

  /** Decides about a request to become a WebSocket, before anything is spent on it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', ignore);
    const { origins, parts } = this.#context;
    const { origin, host } = request.headers;
    const address = request.socket.remoteAddress ?? 'unknown';
    const path = request.url?.split('?', 1)[0];
    if (path !== WS_PATH) return turnAway(socket, 'not_found');
    if (this.#stopped) return turnAway(socket, 'hub.overloaded');
    if (!origins.trusts(host) || !origins.allows(origin, host)) return turnAway(socket, 'auth.forbidden');
    if (!parts.rates.connectAddress(address)) return turnAway(socket, 'rate.limited');
    // From here on the address is counted until its socket is gone, whatever becomes of the handshake.
    socket.once('close', () => parts.rates.disconnectAddress(address));
    void parts.turns.run(address, async () => {
      if (socket.destroyed) return;
      if (this.#stopped) return turnAway(socket, 'hub.overloaded');
      this.#server.handleUpgrade(request, socket, head, (ws) => {
        socket.off('error', ignore);
        this.#open(ws, socket as Socket, address);
      });
    });
  }

  /** Gives clients a moment to answer the close before their sockets are torn down. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTurn();
    for (const connection of this.#all()) connection.end(4503, 'the hub is stopping');
    const { clock } = this.#context.parts;
    for (let waited = 0; waited < CLOSING_MS && this.connections > 0; waited += CLOSING_STEP_MS) {
      await new Promise<void>((resolve) => clock.after(CLOSING_STEP_MS, resolve));
    }
    for (const connection of this.#all()) connection.terminate();
  }

  #all(): Connection[] {
    return this.#turns.flatMap((turn) => [...turn]);
  }

  #open(ws: WebSocket, socket: Socket, address: string): void {
    const turn = this.#turns[this.#opened++ % TURNS]!;
    const connection = new Connection(this.#context, ws, socket, address, () => turn.delete(connection));
    turn.add(connection);
  }

  #nextTurn(): () => void {
    const { parts, settings } = this.#context;
    return parts.clock.after(settings.heartbeatMs / TURNS, () => {
      this.#turn = (this.#turn + 1) % TURNS;
      for (const connection of this.#turns[this.#turn]!) connection.beat();
      const now = parts.clock.now();
      for (const turn of this.#turns) for (const connection of turn) connection.watch(now);
      this.#cancelTurn = this.#nextTurn();
    });
  }
}

/** One WebSocket, from its handshake to its close. */
class Connection {
  readonly #context: ChannelContext;
  readonly #ws: WebSocket;
  readonly #outbox: Outbox;
  readonly #session: Session;
  /** Pings since the last answer. */
  #unanswered = 0;
  /** Since when bytes come that complete no message; null between messages. */
  #incompleteSince: Instant | null = null;
  /** What the last chunk of bytes completed. */
  #completed: 'message' | 'control' | null = null;

  constructor(context: ChannelContext, ws: WebSocket, socket: Socket, address: string, onClosed: () => void) {
    this.#context = context;
    this.#ws = ws;
    const { parts, tick, settings } = context;
    this.#outbox = new Outbox(new WebSocketSink(ws, socket), tick, parts.clock);
    this.#session = new Session(parts, {
      address,
      outbox: this.#outbox,
      heartbeatMs: settings.heartbeatMs,
      helloMs: settings.helloMs,
      close: (code, reason) => this.end(code, reason),
    });
    ws.on('message', (data, isBinary) => this.#receive(data, isBinary));
    ws.on('pong', () => this.#answered());
    ws.on('ping', () => (this.#completed ??= 'control'));
    // Broken frames: `ws` closes with 1007, 1009 or 1002 by itself.
    ws.on('error', (error) => parts.logger.debug({ err: error, address }, 'a WebSocket broke the protocol'));
    ws.on('close', () => {
      this.#outbox.end();
      this.#session.closed();
      onClosed();
    });
    socket.on('data', () => this.#noteBytes());
  }

  get bufferedBytes(): number {
    return this.#outbox.sink.bufferedBytes;
  }

  /** Everything that was answered leaves first. */
  end(code: number, reason: string): void {
    this.#outbox.flush();
    this.#outbox.end();
    this.#ws.close(code, reason.slice(0, 120));
  }

  /** Once per heartbeat. */
  beat(): void {
    if (this.#unanswered >= MISSED_MAX) return this.#ws.terminate();
    this.#unanswered += 1;
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.ping();
  }

  terminate(): void {
    this.#ws.terminate();
  }

  watch(now: Instant): void {
    if (this.#incompleteSince !== null && now - this.#incompleteSince > MESSAGE_MS) this.#ws.terminate();
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#completed = 'message';
    if (isBinary) return this.end(1003, 'frames are text');
    this.#session.receive((data as Buffer).toString());
  }

  #answered(): void {
    this.#unanswered = 0;
    this.#completed ??= 'control';
  }

  /** Runs after `ws` has read the same bytes. */
  #noteBytes(): void {
    if (this.#completed === 'message') this.#incompleteSince = null;
    else if (this.#completed === null) this.#incompleteSince ??= this.#context.parts.clock.now();
    this.#completed = null;
  }
}

/** Answers a handshake that is not to be, as a problem document like any other call. */
function turnAway(socket: Duplex, code: ErrorCode): void {
  const document = problem(code);
  const body = JSON.stringify(document);
  socket.end(
    `HTTP/1.1 ${document.status} ${document.title.replace(/[^\x20-\x7e]/g, '')}\r\n` +
      `Content-Type: ${PROBLEM_MEDIA_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  );
}

/** Until a handshake is done, its socket may break at any time, and that is nobody's concern. */
const ignore = (): void => undefined;
