import { AGENT_CARD_PATH, AgentCard, TaskState } from '@a2a-js/sdk';
import type { Artifact, Part } from '@a2a-js/sdk';
import type { AgentExecutor, ExecutionEventBus, RequestContext } from '@a2a-js/sdk/server';
import {
  AgentEvent,
  DefaultRequestHandler,
  InMemoryTaskStore,
  JsonRpcTransportHandler,
  ServerCallContext,
} from '@a2a-js/sdk/server';
import type { Server } from './server.ts';
import { serve, stream } from './server.ts';
import { wordsAbout } from './speeches.ts';

export interface A2aAgent extends Server {
  /** Tasks that it was told to stop. */
  readonly cancelled: readonly string[];
  /** Resolves when it is told so for the first time. */
  readonly firstCancelled: Promise<void>;
}

const text = (value: string): Part => ({
  content: { $case: 'text', value },
  metadata: undefined,
  filename: '',
  mediaType: 'text/plain',
});

const artifact = (words: string): Artifact => ({
  artifactId: 'opinion',
  name: '',
  description: '',
  parts: [text(words)],
  metadata: undefined,
  extensions: [],
});

/** An agent of protocol 1.0 that says what it says word by word, and stops when it is told to. */
class Talker implements AgentExecutor {
  readonly cancelled: string[] = [];
  readonly first = Promise.withResolvers<void>();
  readonly #running = new Map<string, AbortController>();
  #turns = 0;

  async execute({ userMessage, taskId, contextId }: RequestContext, bus: ExecutionEventBus): Promise<void> {
    const stop = new AbortController();
    this.#running.set(taskId, stop);
    const status = (state: TaskState) => ({ state, message: undefined, timestamp: undefined });
    const task = { id: taskId, contextId, artifacts: [], history: [], metadata: undefined };
    bus.publish(AgentEvent.task({ ...task, status: status(TaskState.TASK_STATE_WORKING) }));
    const heard = userMessage.parts.map(({ content }) => (content?.$case === 'text' ? content.value : ''));
    const about = { taskId, contextId, metadata: undefined };
    let append = false;
    try {
      for await (const word of wordsAbout(heard.join('\n'), 3 + this.#turns++, stop.signal)) {
        bus.publish(
          AgentEvent.artifactUpdate({ ...about, artifact: artifact(word), append, lastChunk: false }),
        );
        append = true;
      }
      bus.publish(AgentEvent.statusUpdate({ ...about, status: status(TaskState.TASK_STATE_COMPLETED) }));
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      bus.publish(AgentEvent.statusUpdate({ ...about, status: status(TaskState.TASK_STATE_CANCELED) }));
    } finally {
      this.#running.delete(taskId);
    }
    bus.finished();
  }

  async cancelTask(taskId: string): Promise<void> {
    this.cancelled.push(taskId);
    this.first.resolve();
    this.#running.get(taskId)?.abort();
  }
}

/** On a free port of this machine; `url` is where its card is. */
export async function startA2aAgent(): Promise<A2aAgent> {
  const talker = new Talker();
  const parts: { card?: AgentCard; rpc?: JsonRpcTransportHandler } = {};
  const server = await serve(async ({ url }, response, body) => {
    if (url === `/${AGENT_CARD_PATH}`) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(AgentCard.toJSON(parts.card!)));
      return;
    }
    const result = await parts.rpc!.handle(body, new ServerCallContext({ requestedVersion: '1.0' }));
    if (Symbol.asyncIterator in result) await stream(response, result);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
  });
  parts.card = AgentCard.fromJSON({
    name: 'Atlas',
    description: 'Has an opinion.',
    version: '1.0.0',
    supportedInterfaces: [{ url: `${server.url}/a2a`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
    capabilities: { streaming: true },
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain'],
    skills: [{ id: 'opinions', name: 'Opinions', description: 'On neighbours.', tags: ['neighbours'] }],
  });
  const handler = new DefaultRequestHandler(parts.card, new InMemoryTaskStore(), talker);
  parts.rpc = new JsonRpcTransportHandler(handler);
  return { ...server, cancelled: talker.cancelled, firstCancelled: talker.first.promise };
}
