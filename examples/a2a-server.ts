import type { Artifact, Part } from '@a2a-js/sdk';
import { AGENT_CARD_PATH, AgentCard } from '@a2a-js/sdk';
import type { AgentExecutor } from '@a2a-js/sdk/server';
import {
  DefaultRequestHandler,
  InMemoryTaskStore,
  JsonRpcTransportHandler,
  ServerCallContext,
} from '@a2a-js/sdk/server';
import type { Server } from './server.ts';
import { json, serve, stream } from './server.ts';

/** What an agent's card says of it. */
export interface About {
  readonly name: string;
  readonly description: string;
  readonly skills: readonly {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly tags: readonly string[];
  }[];
}

/** An A2A agent of protocol 1.0 over JSON-RPC, on a free port of this machine; `url` is where its card is. */
export async function serveA2aAgent(about: About, executor: AgentExecutor): Promise<Server> {
  const parts: { card?: AgentCard; rpc?: JsonRpcTransportHandler } = {};
  const server = await serve(async ({ url }, response, body) => {
    if (url === `/${AGENT_CARD_PATH}`) {
      json(response, AgentCard.toJSON(parts.card!));
      return;
    }
    const result = await parts.rpc!.handle(body, new ServerCallContext({ requestedVersion: '1.0' }));
    if (Symbol.asyncIterator in result) await stream(response, result);
    else json(response, result);
  });
  parts.card = AgentCard.fromJSON({
    ...about,
    version: '1.0.0',
    supportedInterfaces: [{ url: `${server.url}/a2a`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
    capabilities: { streaming: true },
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain'],
  });
  const handler = new DefaultRequestHandler(parts.card, new InMemoryTaskStore(), executor);
  parts.rpc = new JsonRpcTransportHandler(handler);
  return server;
}

/** Words as a part of a message or of an artifact. */
export const textPart = (value: string): Part => ({
  content: { $case: 'text', value },
  metadata: undefined,
  filename: '',
  mediaType: 'text/plain',
});

/** Words as a piece of an artifact. */
export const artifactOf = (artifactId: string, words: string): Artifact => ({
  artifactId,
  name: '',
  description: '',
  parts: [textPart(words)],
  metadata: undefined,
  extensions: [],
});

/** The words in these parts, one line for each. */
export const wordsOf = (parts: readonly Part[]): string =>
  parts.map(({ content }) => (content?.$case === 'text' ? content.value : '')).join('\n');
