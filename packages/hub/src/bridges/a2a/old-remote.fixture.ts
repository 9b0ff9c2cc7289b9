import type { AgentCard, Message } from '@a2a-js/sdk-0.3';
import type { AgentExecutor } from '@a2a-js/sdk-0.3/server';
import { DefaultRequestHandler, InMemoryTaskStore, JsonRpcTransportHandler } from '@a2a-js/sdk-0.3/server';
import type { Answering, Site } from './remote.fixture.ts';
import { openSite, stream } from './remote.fixture.ts';

export interface OldRemote extends Site {
  readonly heard: Message[];
}

/** An agent of protocol 0.3, on that protocol's own server: it answers each call with two pieces of one artifact. */
export async function openOldRemote(answer: (text: string) => readonly [string, string]): Promise<OldRemote> {
  const heard: Message[] = [];
  const executor: AgentExecutor = {
    execute: async ({ userMessage, taskId, contextId }, bus) => {
      heard.push(userMessage);
      const text = userMessage.parts.map((each) => (each.kind === 'text' ? each.text : '')).join('\n');
      bus.publish({
        kind: 'task',
        id: taskId,
        contextId,
        status: { state: 'working' },
        history: [userMessage],
      });
      answer(text).forEach((piece, index) =>
        bus.publish({
          kind: 'artifact-update',
          taskId,
          contextId,
          append: index > 0,
          artifact: { artifactId: 'answer', parts: [{ kind: 'text', text: piece }] },
        }),
      );
      bus.publish({ kind: 'status-update', taskId, contextId, status: { state: 'completed' }, final: true });
      bus.finished();
    },
    cancelTask: async () => undefined,
  };
  let rpc: Answering = () => undefined;
  let card: AgentCard | null = null;
  const site = await openSite((request, response, body) => {
    if (request.url !== '/.well-known/agent-card.json') return rpc(request, response, body);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(card));
  });
  card = {
    name: 'Old Atlas',
    description: 'Knew the world.',
    version: '0.9',
    protocolVersion: '0.3.0',
    url: `${site.origin}/a2a`,
    preferredTransport: 'JSONRPC',
    capabilities: { streaming: true },
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain'],
    skills: [{ id: 'maps', name: 'Reads maps', description: 'Maps.', tags: ['maps'] }],
  };
  const handler = new JsonRpcTransportHandler(
    new DefaultRequestHandler(card, new InMemoryTaskStore(), executor),
  );
  rpc = async (_, response, body) => {
    const result = await handler.handle(JSON.parse(body));
    if (Symbol.asyncIterator in result) await stream(response, result);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
  };
  return { ...site, heard };
}
