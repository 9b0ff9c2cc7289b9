import { serverFrame } from '@parley/protocol';
import { WebSocket } from 'ws';
import { startHub } from '../app.ts';
import type { Hub, HubParts } from '../app.ts';
import { createLogger } from '../operations/logging.ts';
import { settingsOf } from '../operations/settings.ts';
import { Awaiting } from './awaiting.fixture.ts';

export const OPERATOR_TOKEN = 'operator-token-of-the-tests';

/** A hub on a free port with its log in memory; open unless said otherwise. */
export const openHub = (values: Readonly<Record<string, unknown>> = {}, parts: HubParts = {}): Promise<Hub> =>
  startHub(settingsOf({ port: 0, log: 'memory', open: true, operatorToken: OPERATOR_TOKEN, ...values }), {
    logger: createLogger('silent'),
    ...parts,
  });

/** Stands around a hub's conversations and remembers what each event rests on (CS-3), which nobody is told. */
export function rememberCauses() {
  const causes = new Map<string, number>();
  const around: HubParts['around'] = (conversations) => {
    conversations.subscribe(({ conversation, events }) => {
      for (const { seq, cause } of events) causes.set(`${conversation} ${seq}`, cause);
    });
    return conversations;
  };
  return { around, of: (conversation: string, seq: number) => causes.get(`${conversation} ${seq}`) };
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  // Tests read answers freely; what they find there is what they assert.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** One HTTP call; `body` is sent as JSON. */
export async function call(
  hub: Hub,
  method: string,
  path: string,
  options: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<HttpAnswer> {
  const { token, body, headers } = options;
  const response = await fetch(hub.url + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: json ? (JSON.parse(text) as unknown) : text,
  };
}

/** A token from the operator. */
export async function tokenFor(
  hub: Hub,
  subject: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const answer = await call(hub, 'POST', '/v1/tokens', {
    token: OPERATOR_TOKEN,
    body: { subject, kinds: ['human', 'agent'], ttlSeconds: 600, ...more },
  });
  return answer.body.token as string;
}

export async function createConversation(
  hub: Hub,
  body: Readonly<Record<string, unknown>> = {},
  token?: string,
): Promise<{ id: string; token: string }> {
  const answer = await call(hub, 'POST', '/v1/conversations', { body, ...(token && { token }) });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return { id: answer.body.id, token: answer.body.token ?? token };
}

// oxlint-disable-next-line typescript/no-explicit-any
export type AnyFrame = Record<string, any>;

/** Ids are unique over all connections, as they are with the SDK. */
let frames = 0;

/** How tests talk frames, whatever carries them. */
export abstract class TestPeer extends Awaiting {
  readonly frames: AnyFrame[] = [];
  closedWith: { code: number; reason: string } | null = null;
  /** Called after every frame, and after the close. */
  onChange: () => void = () => undefined;

  abstract sendText(text: string): void;
  abstract close(): void;

  protected received(text: string): void {
    const frame = JSON.parse(text) as AnyFrame;
    // Whatever a test is about: the hub sends what the protocol's documents say.
    serverFrame.parse(frame);
    this.frames.push(...((frame['batch'] as AnyFrame[] | undefined) ?? [frame]));
    this.changed();
    this.onChange();
  }

  protected ended(code: number, reason: string): void {
    this.closedWith = { code, reason };
    this.changed();
    this.onChange();
  }

  protected seen(): string {
    const frames = this.frames.map((frame) => JSON.stringify(frame).slice(0, 160)).join('\n');
    return `closed: ${JSON.stringify(this.closedWith)}; seen:\n${frames}`;
  }

  /** Sends a frame and gives its reply. `more` goes into the frame beside its data. */
  async ask(
    op: string,
    conversation?: string,
    data: unknown = {},
    id?: string,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<AnyFrame> {
    const re = id ?? `t${(frames += 1)}`;
    const from = this.frames.length;
    this.sendText(JSON.stringify({ id: re, op, ...(conversation && { conversation }), ...more, data }));
    return this.until(`reply to ${op}`, () => this.frames.slice(from).find((frame) => frame['re'] === re));
  }

  /** The data of an accepted reply; a refusal fails the test. */
  // oxlint-disable-next-line typescript/no-explicit-any
  async do(op: string, conversation?: string, data: unknown = {}): Promise<any> {
    const reply = await this.ask(op, conversation, data);
    if (!reply['ok']) throw new Error(`${op}: ${JSON.stringify(reply['error'])}`);
    return reply['data'];
  }

  /** Says that everything up to `seq` has arrived. */
  ack(conversation: string, seq: number): void {
    this.sendText(JSON.stringify({ id: `t${(frames += 1)}`, op: 'ack', conversation, data: { seq } }));
  }

  event(type: string, match: (frame: AnyFrame) => boolean = () => true): Promise<AnyFrame> {
    return this.until(type, () => this.frames.find((frame) => frame['event'] === type && match(frame)));
  }

  closing(): Promise<{ code: number; reason: string }> {
    return this.until('close', () => this.closedWith);
  }

  events(): AnyFrame[] {
    return this.frames.filter((frame) => frame['event'] !== undefined);
  }
}

export class WebSocketPeer extends TestPeer {
  readonly ws: WebSocket;

  constructor(ws: WebSocket) {
    super();
    this.ws = ws;
    ws.on('message', (data) => this.received((data as Buffer).toString()));
    ws.on('close', (code, reason) => this.ended(code, reason.toString()));
    ws.on('error', () => undefined);
  }

  sendText(text: string): void {
    this.ws.send(text);
  }

  close(): void {
    this.ws.close();
  }
}

class LocalPeer extends TestPeer {
  readonly #connection: ReturnType<Hub['connectLocal']>;

  constructor(hub: Hub, onOpen: () => void) {
    super();
    this.#connection = hub.connectLocal({
      open: onOpen,
      message: (text) => this.received(text),
      close: (code, reason) => this.ended(code, reason),
    });
  }

  sendText(text: string): void {
    this.#connection.send(text);
  }

  close(): void {
    this.#connection.close();
  }
}

/** A WebSocket that is open, but has not said hello. */
export function dial(
  hub: Hub,
  options: {
    origin?: string;
    headers?: Record<string, string>;
    protocols?: string[];
    autoPong?: boolean;
  } = {},
): Promise<WebSocketPeer> {
  const { protocols = ['parley.v1'], ...rest } = options;
  const ws = new WebSocket(`${hub.url.replace('http', 'ws')}/v1/ws`, protocols, rest);
  const peer = new WebSocketPeer(ws);
  return new Promise((resolve, reject) => {
    ws.once('open', () => resolve(peer));
    ws.once('unexpected-response', (_request, response) =>
      reject(new Error(`refused with ${response.statusCode}`)),
    );
    ws.once('error', reject);
  });
}

/** Every channel that carries frames both ways: one suite runs over all of them (CN-1). */
export const DUPLEX: Readonly<Record<string, (hub: Hub) => Promise<TestPeer>>> = {
  websocket: dial,
  local: (hub) =>
    new Promise((resolve) => {
      const peer: TestPeer = new LocalPeer(hub, () => resolve(peer));
    }),
};

/** Connected and greeted. */
export async function greet<P extends TestPeer>(peer: P, token?: string): Promise<P> {
  await peer.do('hello', undefined, token === undefined ? {} : { token });
  return peer;
}
