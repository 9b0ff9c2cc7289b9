import type { Message, SendMessageRequest, StreamResponse, Task } from '@a2a-js/sdk';
import { Role, TaskState } from '@a2a-js/sdk';
import type { Client } from '@a2a-js/sdk/client';
import {
  ClientFactory,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
  RestTransportFactory,
} from '@a2a-js/sdk/client';
import type { Hub } from '../../app.ts';
import type { AnyFrame, TestPeer } from '../hub.fixture.ts';
import { call, dial, greet } from '../hub.fixture.ts';

/** Both bindings of the current version, through the SDK's own client. */
export const BINDINGS = ['JSONRPC', 'HTTP+JSON'] as const;
export type Binding = (typeof BINDINGS)[number];

/** The SDK's client of an endpoint, found by its card. */
export function clientOf(hub: Hub, path: string, binding: Binding, token?: string): Promise<Client> {
  const fetchImpl: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers);
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    return fetch(input, { ...init, headers });
  };
  const factory = new ClientFactory({
    transports: [new JsonRpcTransportFactory({ fetchImpl }), new RestTransportFactory({ fetchImpl })],
    preferredTransports: [binding],
    cardResolver: new DefaultAgentCardResolver({ fetchImpl }),
  });
  return factory.createFromUrl(hub.url + path);
}

export const CARD = '.well-known/agent-card.json';
export const V1 = { 'a2a-version': '1.0' };

/** One request of JSON-RPC, by hand. */
export const rpc = (
  hub: Hub,
  path: string,
  body: unknown,
  headers: Record<string, string> = V1,
  token?: string,
) => call(hub, 'POST', path, { body, headers, ...(token && { token }) });

export const request = (method: string, params: unknown = {}) => ({ jsonrpc: '2.0', id: 7, method, params });

export const roomOf = (id: string): string => `/a2a/c/${id}/`;

interface Saying {
  readonly id?: string;
  readonly taskId?: string;
  readonly contextId?: string;
  readonly parley?: Readonly<Record<string, unknown>>;
  readonly parts?: Message['parts'];
  readonly now?: boolean;
  readonly historyLength?: number;
}

let messages = 0;

/** A request that says `text`. */
export function saying(text: string, options: Saying = {}): SendMessageRequest {
  const {
    id = `m${(messages += 1)}`,
    taskId = '',
    contextId = '',
    parley,
    now = false,
    historyLength,
  } = options;
  return {
    tenant: '',
    message: {
      messageId: id,
      taskId,
      contextId,
      role: Role.ROLE_USER,
      parts: options.parts ?? [
        { content: { $case: 'text', value: text }, metadata: undefined, filename: '', mediaType: '' },
      ],
      metadata: parley && { parley },
      extensions: [],
      referenceTaskIds: [],
    },
    configuration: {
      acceptedOutputModes: [],
      taskPushNotificationConfig: undefined,
      returnImmediately: now,
      ...(historyLength === undefined ? {} : { historyLength }),
    },
    metadata: undefined,
  };
}

/** Comes in without saying anything and without waiting. */
export async function comeIn(client: Client, displayName = 'Bot', more: Saying = {}): Promise<Task> {
  const parley = { join: { displayName }, ...more.parley };
  return taskIn(await client.sendMessage(saying('', { now: true, ...more, parley })));
}

export function taskIn(result: Message | Task | unknown): Task {
  if (typeof result !== 'object' || result === null || !('status' in result)) {
    throw new Error(`no task: ${JSON.stringify(result)}`);
  }
  return result as Task;
}

export const stateOf = (task: Pick<Task, 'status'>): string => TaskState[task.status?.state ?? 0]!;

/** A participant of the same room at a WebSocket. */
export class Person {
  readonly peer: TestPeer;
  readonly me: string;
  readonly #id: string;

  private constructor(peer: TestPeer, me: string, id: string) {
    this.peer = peer;
    this.me = me;
    this.#id = id;
  }

  static async join(hub: Hub, id: string, displayName = 'Ann', token?: string): Promise<Person> {
    const peer = await greet(await dial(hub), token);
    const { participant } = await peer.do('conversation.join', id, { kind: 'human', displayName });
    return new Person(peer, participant, id);
  }

  /** Asks for the floor and waits for it. The grant. */
  async floor(): Promise<number> {
    const before = this.peer.frames.length;
    await this.peer.do('floor.request', this.#id);
    const own = ({ event, data }: AnyFrame) => event === 'floor.granted' && data.participant === this.me;
    const granted = await this.peer.until('own turn', () => this.peer.frames.slice(before).find(own));
    return granted['data'].grant;
  }

  /** Says it in a turn of its own. */
  async say(text: string, more: object = {}): Promise<{ utterance: string }> {
    return this.peer.do('speech', this.#id, { grant: await this.floor(), text, ...more });
  }

  /** What somebody of this name says. */
  hears(text: string): Promise<AnyFrame> {
    return this.peer.event('speech.ended', ({ data }) => data.text === text);
  }
}

/** Everything that a stream has brought, and what it still brings. */
export class Followed {
  readonly events: StreamResponse[] = [];
  readonly #abort = new AbortController();
  readonly #waiting = new Set<() => void>();
  readonly ended: Promise<unknown>;

  constructor(open: (signal: AbortSignal) => AsyncGenerator<StreamResponse, void, undefined>) {
    this.ended = this.#read(open(this.#abort.signal));
  }

  /** The client goes away. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.ended;
  }

  /** The first event that `find` finds in what has come and what comes within three seconds. */
  until<T>(what: string, find: (event: StreamResponse) => T | undefined | null | false): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        for (const event of this.events) {
          const found = find(event);
          if (found === undefined || found === null || found === false) continue;
          clearTimeout(timer);
          this.#waiting.delete(look);
          return resolve(found);
        }
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(
          new Error(`no ${what}; came:\n${this.events.map((event) => JSON.stringify(event)).join('\n')}`),
        );
      }, 3_000);
      this.#waiting.add(look);
      look();
    });
  }

  /** The next status with this state, and what the hub says about it. */
  status(state: keyof typeof TaskState, event?: string) {
    return this.until(`${state} ${event ?? ''}`, ({ payload }) => {
      if (payload?.$case !== 'statusUpdate') return null;
      const { status, metadata } = payload.value;
      const about = metadata?.['parley'] as AnyFrame;
      return status?.state === TaskState[state] && (event === undefined || about['event'] === event)
        ? { status, about, text: textOf(status.message?.parts) }
        : null;
    });
  }

  /** Pieces of one artifact so far. */
  pieces(name: string) {
    return this.events.flatMap(({ payload }) =>
      payload?.$case === 'artifactUpdate' && payload.value.artifact?.name === name
        ? [{ ...payload.value, text: textOf(payload.value.artifact.parts) }]
        : [],
    );
  }

  artifact(name: string) {
    return this.until(`artifact of ${name}`, () => this.pieces(name).find(({ lastChunk }) => lastChunk));
  }

  async #read(events: AsyncGenerator<StreamResponse, void, undefined>): Promise<unknown> {
    try {
      for await (const event of events) {
        this.events.push(event);
        for (const look of [...this.#waiting]) look();
      }
      return null;
    } catch (error) {
      return error;
    }
  }
}

export const textOf = (parts: Message['parts'] | undefined): string =>
  (parts ?? []).map(({ content }) => (content?.$case === 'text' ? content.value : '')).join('');

export const follow = (client: Client, request: SendMessageRequest): Followed =>
  new Followed((signal) => client.sendMessageStream(request, { signal }));

/** One figure of `/metrics`. */
export async function figure(hub: Hub, name: string): Promise<number> {
  const { body } = await call(hub, 'GET', '/metrics');
  const line = (body as string).split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.split(' ').at(-1));
}
