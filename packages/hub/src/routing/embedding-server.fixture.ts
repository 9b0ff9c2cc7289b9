import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { wordsOf } from './words.ts';

/** How it answers: well, or in one of the ways in which providers fail. */
export type Behaviour =
  | 'well'
  | 'error'
  | 'rateLimited'
  | 'garbage'
  | 'tooFew'
  | 'uneven'
  | 'stalled'
  | 'elsewhere';

const DIMENSIONS = 512;

/**
 * A model server that speaks the OpenAI-compatible protocol. Its model counts words, so that texts are as near
 * to each other as they share words.
 */
export class EmbeddingServer {
  behaviour: Behaviour = 'well';
  /** What it was asked for, call by call. */
  readonly asked: { readonly model: string; readonly input: readonly string[] }[] = [];
  readonly authorizations: (string | undefined)[] = [];
  readonly #places = new Map<string, number>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get baseURL(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** How often it was asked for this text. */
  timesAsked(value: string): number {
    return this.asked.flatMap(({ input }) => input).filter((each) => each === value).length;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await text(request)) as { model: string; input: string[] };
    this.asked.push(body);
    this.authorizations.push(request.headers.authorization);
    const send = (status: number, payload: string): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(payload);
    };
    switch (this.behaviour) {
      case 'error':
        return send(500, JSON.stringify({ error: { message: `no luck with ${body.input.join()}` } }));
      case 'rateLimited':
        return send(429, JSON.stringify({ error: { message: 'slow down' } }));
      case 'garbage':
        return send(200, '<html>{"data": "nothing of use"}');
      case 'stalled':
        return;
      case 'elsewhere':
        response.writeHead(307, { location: `${this.baseURL}/embeddings` }).end();
        return;
      default: {
        const data = body.input.map((value, index) => ({ index, embedding: this.#vector(value) }));
        if (this.behaviour === 'tooFew') data.pop();
        if (this.behaviour === 'uneven') data[0]?.embedding.pop();
        send(200, JSON.stringify({ object: 'list', model: body.model, data, usage: { prompt_tokens: 1 } }));
      }
    }
  }

  #vector(value: string): number[] {
    const vector = Array.from({ length: DIMENSIONS }, () => 0);
    for (const word of wordsOf(value)) {
      const place = this.#places.get(word) ?? this.#places.size;
      if (place >= DIMENSIONS) throw new Error('too many different words for this model');
      this.#places.set(word, place);
      vector[place]! += 1;
    }
    return vector;
  }
}
