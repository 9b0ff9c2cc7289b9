import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Server {
  readonly url: string;
  readonly close: () => void;
}

/** A web server on a free port of this machine, for whoever is reached by the hub. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => Promise<void>,
): Promise<Server> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      answer(request, response, body).catch((error: unknown) => response.destroy(error as Error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** One JSON answer. */
export function json(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
}

/** What ends a stream of the OpenAI-compatible chat protocol. */
export const DONE = '[DONE]';

/** Server-sent events, until there are no more or the other side goes; `last` is sent after them as it is. */
export async function stream(
  response: ServerResponse,
  events: AsyncIterable<unknown> | Iterable<unknown>,
  last?: string,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for await (const event of events) {
    if (response.destroyed) return;
    response.write(`data: ${JSON.stringify(event)}\n\n`);
  }
  response.end(last === undefined ? undefined : `data: ${last}\n\n`);
}
