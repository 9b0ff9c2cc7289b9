import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface ReceivedCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Of a call's body, what tests look at. */
export interface ReceivedNotice {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A real HTTP server that people would have behind their webhook. */
export class Receiver {
  readonly calls: ReceivedCall[] = [];
  /** Connections that were ever opened. */
  readonly sockets: Socket[] = [];
  /** Answers each call; by default with 204. */
  answer: (response: ServerResponse, call: ReceivedCall) => void = (response) =>
    void response.writeHead(204).end();
  readonly #server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const call = { path: request.url ?? '', headers: request.headers, body };
      this.calls.push(call);
      this.answer(response, call);
      for (const look of [...this.#waiting]) look();
    });
  });
  readonly #waiting = new Set<() => void>();

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    receiver.#server.on('connection', (socket) => receiver.sockets.push(socket));
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/called`;
  }

  /** Resolves as soon as so many calls have come. */
  until(count: number, withinMs = 10_000): Promise<readonly ReceivedCall[]> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (this.calls.length < count) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(this.calls);
      };
      const timer = setTimeout(
        () => reject(new Error(`${this.calls.length} of ${count} calls came`)),
        withinMs,
      );
      this.#waiting.add(look);
      look();
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** What was said, once the signature holds; throws where it does not. By the reference library, not by ours. */
export function verified(secret: string, { headers, body }: ReceivedCall): ReceivedNotice {
  return new Webhook(secret).verify(body, headers as Record<string, string>) as ReceivedNotice;
}
