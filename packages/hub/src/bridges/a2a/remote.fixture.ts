import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AgentCard, Role, SendMessageRequest, StreamResponse, Task, TaskState } from '@a2a-js/sdk';
import type { Message, Part } from '@a2a-js/sdk';
import type { AgentExecutor, ExecutionEventBus, RequestContext } from '@a2a-js/sdk/server';
import {
  AgentEvent,
  DefaultRequestHandler,
  InMemoryTaskStore,
  JsonRpcTransportHandler,
  ServerCallContext,
  UnauthenticatedUser,
} from '@a2a-js/sdk/server';

export type Answering = (request: IncomingMessage, response: ServerResponse, body: string) => unknown;

export interface Site {
  readonly origin: string;
  readonly requests: {
    readonly method: string;
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
  }[];
  close(): Promise<void>;
}

/** A web server of somebody's. */
export async function openSite(answer: Answering): Promise<Site> {
  const requests: { method: string; path: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    requests.push({ method, path: url, headers });
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => void answer(request, response, body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One call of an agent, and what it can do with it. */
export class Call {
  readonly message: Message;
  readonly task: string;
  readonly context: string;
  readonly #bus: ExecutionEventBus;

  constructor({ userMessage, taskId, contextId }: RequestContext, bus: ExecutionEventBus) {
    this.message = userMessage;
    this.task = taskId;
    this.context = contextId;
    this.#bus = bus;
  }

  get text(): string {
    return textOf(this.message.parts);
  }

  reply(text: string): void {
    this.#bus.publish(AgentEvent.message(this.#said(text)));
  }

  begin(state = TaskState.TASK_STATE_WORKING): void {
    const { task: id, context: contextId } = this;
    const status = { state, message: undefined, timestamp: undefined };
    const task = { id, contextId, status, artifacts: [], history: [], metadata: undefined };
    this.#bus.publish(AgentEvent.task(task));
  }

  artifact(artifactId: string, text: string, append = false): void {
    const artifact = {
      artifactId,
      name: '',
      description: '',
      parts: [part(text)],
      metadata: undefined,
      extensions: [],
    };
    const { task: taskId, context: contextId } = this;
    const update = { taskId, contextId, artifact, append, lastChunk: false, metadata: undefined };
    this.#bus.publish(AgentEvent.artifactUpdate(update));
  }

  status(state: TaskState, text?: string): void {
    const message = text === undefined ? undefined : this.#said(text);
    const status = { state, message, timestamp: new Date().toISOString() };
    const { task: taskId, context: contextId } = this;
    this.#bus.publish(AgentEvent.statusUpdate({ taskId, contextId, status, metadata: undefined }));
  }

  #said(text: string): Message {
    return {
      messageId: crypto.randomUUID(),
      contextId: this.context,
      taskId: this.task,
      role: Role.ROLE_AGENT,
      parts: [part(text)],
      metadata: undefined,
      extensions: [],
      referenceTaskIds: [],
    };
  }
}

export const part = (text: string): Part => ({
  content: { $case: 'text', value: text },
  metadata: undefined,
  filename: '',
  mediaType: '',
});

export const textOf = (parts: readonly Part[]): string =>
  parts.map(({ content }) => (content?.$case === 'text' ? content.value : '')).join('\n');

export type Behaviour = (call: Call) => Promise<void> | void;

export interface RemoteOptions {
  readonly binding?: 'JSONRPC' | 'HTTP+JSON';
  readonly streaming?: boolean;
}

export interface Remote extends Site {
  /** What it was told, call by call. */
  readonly heard: Message[];
  /** Tasks that it was told to stop. */
  readonly cancelled: string[];
  readonly card: AgentCard;
  /** Serves another card from now on; null for none. */
  show(card: unknown): void;
}

/** An agent of protocol 1.0, on the protocol's own server. */
export async function openRemote(behave: Behaviour, options: RemoteOptions = {}): Promise<Remote> {
  const { binding = 'JSONRPC', streaming = true } = options;
  const heard: Message[] = [];
  const cancelled: string[] = [];
  const executor: AgentExecutor = {
    execute: async (context, bus) => {
      const call = new Call(context, bus);
      heard.push(call.message);
      await behave(call);
      bus.finished();
    },
    cancelTask: async (taskId, bus) => {
      cancelled.push(taskId);
      const status = { state: TaskState.TASK_STATE_CANCELED, message: undefined, timestamp: undefined };
      bus.publish(AgentEvent.statusUpdate({ taskId, contextId: '', status, metadata: undefined }));
      bus.finished();
    },
  };
  let shown: unknown;
  let answer: Answering = () => undefined;
  const site = await openSite((request, response, body) => {
    if (request.url?.startsWith('/.well-known/')) {
      if (shown === null) response.writeHead(404).end();
      else response.setHeader('content-type', 'application/json').end(JSON.stringify(shown));
      return;
    }
    return answer(request, response, body);
  });
  const card = cardFor(site.origin, { binding, streaming });
  shown = AgentCard.toJSON(card);
  const handler = new DefaultRequestHandler(card, new InMemoryTaskStore(), executor);
  answer = binding === 'JSONRPC' ? byJsonRpc(handler) : byRest(handler);
  return { ...site, heard, cancelled, card, show: (next) => (shown = next) };
}

export function cardFor(
  origin: string,
  { binding = 'JSONRPC', streaming = true }: RemoteOptions = {},
): AgentCard {
  return AgentCard.fromJSON({
    name: 'Atlas',
    description: 'Knows the world.',
    version: '1.2.3',
    provider: { organization: 'Example Travel', url: 'https://example.org' },
    supportedInterfaces: [{ url: `${origin}/a2a`, protocolBinding: binding, protocolVersion: '1.0' }],
    capabilities: { streaming },
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain'],
    skills: [
      { id: 'maps', name: 'Reads maps', description: '', tags: [] },
      { id: 'trains', name: 'Knows trains', description: '', tags: [] },
    ],
  });
}

const context = () => new ServerCallContext({ requestedVersion: '1.0', user: new UnauthenticatedUser() });

const byJsonRpc = (handler: DefaultRequestHandler): Answering => {
  const rpc = new JsonRpcTransportHandler(handler);
  return async (_, response, body) => {
    const result = await rpc.handle(body, context());
    if (Symbol.asyncIterator in result) await stream(response, result);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
  };
};

const byRest =
  (handler: DefaultRequestHandler): Answering =>
  async ({ url = '' }, response, body) => {
    const path = url.replace(/^\/a2a/, '');
    const [, task = ''] = /^\/tasks\/([^:?]+)/.exec(path) ?? [];
    const json = (value: unknown) =>
      response.setHeader('content-type', 'application/a2a+json').end(JSON.stringify(value));
    if (path === '/message:send') {
      const result = await handler.sendMessage(SendMessageRequest.fromJSON(JSON.parse(body)), context());
      json('messageId' in result ? { message: result } : { task: Task.toJSON(result) });
    } else if (path === '/message:stream') {
      const events = handler.sendMessageStream(SendMessageRequest.fromJSON(JSON.parse(body)), context());
      await stream(response, events, (event) => StreamResponse.toJSON(event));
    } else if (path.endsWith(':cancel')) {
      json(Task.toJSON(await handler.cancelTask({ tenant: '', id: task, metadata: undefined }, context())));
    } else {
      json(Task.toJSON(await handler.getTask({ tenant: '', id: task }, context())));
    }
  };

/** Until the other side goes. */
export async function stream<T>(
  response: ServerResponse,
  events: AsyncIterable<T>,
  toJSON: (event: T) => unknown = (event) => event,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for await (const event of events) {
    if (response.destroyed) return;
    response.write(`data: ${JSON.stringify(toJSON(event))}\n\n`);
  }
  response.end();
}
