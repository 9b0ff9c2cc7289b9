import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ChatBody {
  readonly model: string;
  readonly stream?: boolean;
  readonly max_tokens?: number;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

export interface ChatCall {
  readonly body: ChatBody;
  readonly headers: IncomingHttpHeaders;
  /** Resolves when the connection of this call is closed, by whomever. */
  readonly closed: Promise<void>;
}

/** Answers one call; a response that is left open never ends by itself. */
export type Behaviour = (body: ChatBody, response: ServerResponse) => void;

export interface ModelServer {
  readonly origin: string;
  readonly baseURL: string;
  readonly calls: ChatCall[];
  /** Of the calls that ask for a streamed answer. */
  speak: Behaviour;
  /** Of the others: bids. */
  answer: Behaviour;
  close(): Promise<void>;
}

/** A server that speaks the OpenAI-compatible chat protocol, real but for its wits (AI-4). */
export async function openModelServer(): Promise<ModelServer> {
  const calls: ChatCall[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((text) => {
      if (request.url !== '/v1/chat/completions') return response.writeHead(404).end();
      const body = JSON.parse(text) as ChatBody;
      const closed = new Promise<void>((resolve) => response.once('close', () => resolve()));
      calls.push({ body, headers: request.headers, closed });
      return body.stream === true ? opened.speak(body, response) : opened.answer(body, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const opened: ModelServer = {
    origin,
    baseURL: `${origin}/v1`,
    calls,
    speak: says('Good morning.'),
    answer: writes('{"urgency": 0.5}'),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return opened;
}

/** A streamed answer in these pieces, with what it took. */
export const says =
  (...pieces: readonly string[]): Behaviour =>
  (_, response) => {
    begin(response);
    for (const piece of pieces) delta(response, piece);
    finish(response);
  };

/** A whole answer. */
export const writes =
  (content: string): Behaviour =>
  (_, response) => {
    const message = { role: 'assistant', content };
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(
        JSON.stringify({ ...CHUNK, choices: [{ index: 0, message, finish_reason: 'stop' }], usage: USAGE }),
      );
  };

export const refuses =
  (status: number, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (_, response) => {
    const error = { message: 'no, says the server, and repeats the key sk-secret', type: 'refused' };
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify({ error }));
  };

export const USAGE = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
const CHUNK = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_767_225_600, model: 'test' };

export const begin = (response: ServerResponse): void =>
  void response.writeHead(200, { 'content-type': 'text/event-stream' });

export const delta = (response: ServerResponse, content: string): void =>
  send(response, { choices: [{ index: 0, delta: { content }, finish_reason: null }] });

export function finish(response: ServerResponse): void {
  send(response, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  send(response, { choices: [], usage: USAGE });
  response.end('data: [DONE]\n\n');
}

const send = (response: ServerResponse, data: object): void =>
  void response.write(`data: ${JSON.stringify({ ...CHUNK, ...data })}\n\n`);

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
