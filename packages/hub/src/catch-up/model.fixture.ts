import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** Answers one call; `response` may be left open: then nothing ever comes. */
export type Behaviour = (request: ChatRequest, response: ServerResponse) => void;

export interface ModelServer {
  readonly baseURL: string;
  readonly requests: { readonly body: ChatRequest; readonly authorization: string | undefined }[];
  behave: Behaviour;
  close(): Promise<void>;
}

/** A server of the OpenAI-compatible chat protocol, real but for its wits. */
export async function openModelServer(behave: Behaviour = sumUp): Promise<ModelServer> {
  const requests: ModelServer['requests'] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((text) => {
      if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
        response.writeHead(404).end();
        return;
      }
      const body = JSON.parse(text) as ChatRequest;
      requests.push({ body, authorization: request.headers.authorization });
      opened.behave(body, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const opened: ModelServer = {
    baseURL: `http://127.0.0.1:${port}/v1`,
    requests,
    behave,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return opened;
}

/** Repeats the first entries, each with its number at the end, as a list. */
export const sumUp: Behaviour = ({ messages }, response) => {
  const entries = messages
    .at(-1)!
    .content.split('\n')
    .filter((line) => line.startsWith('[#'));
  const lines = entries.slice(0, 12).map((entry) => {
    const [, seq, text] = /^\[#(\d+)\] (.*)$/.exec(entry)!;
    return `- ${text} [#${seq}]`;
  });
  complete(response, lines.join('\n'));
};

export const says =
  (text: string): Behaviour =>
  (_, response) =>
    complete(response, text);

export function complete(response: ServerResponse, content: string): void {
  const body = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_767_225_600,
    model: 'test',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
