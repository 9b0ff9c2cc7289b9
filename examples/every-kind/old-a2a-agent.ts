import type { AgentCard } from '@a2a-js/sdk-0.3';
import { AGENT_CARD_PATH } from '@a2a-js/sdk-0.3';
import type { AgentExecutor, ExecutionEventBus, RequestContext } from '@a2a-js/sdk-0.3/server';
import { DefaultRequestHandler, InMemoryTaskStore, JsonRpcTransportHandler } from '@a2a-js/sdk-0.3/server';
import type { Server } from '../server.ts';
import { json, serve, stream } from '../server.ts';
import { wordsAbout } from './speeches.ts';

/** An agent of protocol 0.3, on the server of its day. */
class OldTalker implements AgentExecutor {
  #turns = 0;

  async execute({ taskId, contextId }: RequestContext, bus: ExecutionEventBus): Promise<void> {
    bus.publish({ kind: 'task', id: taskId, contextId, status: { state: 'working' } });
    let append = false;
    for await (const word of wordsAbout('', 4 + this.#turns++)) {
      const artifact = { artifactId: 'opinion', parts: [{ kind: 'text' as const, text: word }] };
      bus.publish({ kind: 'artifact-update', taskId, contextId, artifact, append });
      append = true;
    }
    bus.publish({ kind: 'status-update', taskId, contextId, status: { state: 'completed' }, final: true });
    bus.finished();
  }

  // It is done within the second.
  cancelTask = (): Promise<void> => Promise.resolve();
}

/** On a free port of this machine; `url` is where its card is. */
export async function startOldA2aAgent(): Promise<Server> {
  const parts: { card?: AgentCard; rpc?: JsonRpcTransportHandler } = {};
  const server = await serve(async ({ url }, response, body) => {
    if (url === `/${AGENT_CARD_PATH}`) {
      json(response, parts.card);
      return;
    }
    const result = await parts.rpc!.handle(JSON.parse(body));
    if (Symbol.asyncIterator in result) await stream(response, result);
    else json(response, result);
  });
  parts.card = {
    name: 'Almanac',
    description: 'Has had the same opinion for years.',
    version: '0.9.0',
    protocolVersion: '0.3.0',
    url: `${server.url}/a2a`,
    preferredTransport: 'JSONRPC',
    capabilities: { streaming: true },
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain'],
    skills: [{ id: 'opinions', name: 'Opinions', description: 'On neighbours.', tags: ['neighbours'] }],
  };
  const handler = new DefaultRequestHandler(parts.card, new InMemoryTaskStore(), new OldTalker());
  parts.rpc = new JsonRpcTransportHandler(handler);
  return server;
}
