import { Agent, request, type IncomingMessage } from 'node:http';
import type { Data } from '../checkers/history.ts';
import type { Wire, WireListener } from '../clients/surroundings.ts';

/** How events come over HTTP. */
export type Following = 'poll' | 'sse';

interface Frame {
  readonly id: string;
  readonly op: string;
  readonly conversation: string;
  readonly basedOn?: number;
  readonly data: Data;
}

/** How long a poll waits for something to happen. */
const WAIT_MS = 1_000;
/** Calls of one participant at once; the others wait behind them. */
const CALLS_MAX = 4;
const RETRY_MS = 100;

/**
 * Frames over HTTP: what a client would send on a WebSocket goes as calls, which may overtake each other,
 * and what it would hear comes by long poll or as server-sent events. A call that fails on its way ends
 * the wire, as a lost connection does: what becomes of the others nobody knows.
 */
export class HttpWire implements Wire {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CALLS_MAX + 1 });
  readonly #port: number;
  readonly #following: Following;
  readonly #listener: WireListener;
  #token: string | undefined;
  /** Ends what is being followed, where something is. */
  #unfollow = new AbortController();
  #over = false;

  constructor(port: number, following: Following, listener: WireListener) {
    this.#port = port;
    this.#following = following;
    this.#listener = listener;
    queueMicrotask(() => {
      if (!this.#over) listener.open();
    });
  }

  send(text: string): void {
    if (this.#over) return;
    const frame = JSON.parse(text) as Frame;
    if (frame.op === 'hello') return this.#greet(frame);
    this.#guard(this.#command(frame));
  }

  close(): void {
    this.#end();
  }

  /** HTTP has no hello: calls carry the token themselves. */
  #greet({ id, data }: Frame): void {
    this.#token = (data['token'] as string | undefined) ?? this.#token;
    queueMicrotask(() => this.#hear({ re: id, ok: true, data: {} }));
  }

  async #command({ conversation, ...frame }: Frame): Promise<void> {
    if (frame.op === 'conversation.join') this.#stopFollowing();
    const path = `/v1/conversations/${conversation}/commands`;
    const { status, body } = await this.#call('POST', path, frame);
    if (status !== 200) return this.#hear({ re: frame.id, ok: false, error: errorOf(status, body) });
    const { data = {} } = body as { data?: Data };
    this.#token = (data['token'] as string | undefined) ?? this.#token;
    this.#hear(body);
    if (frame.op === 'conversation.leave') this.#stopFollowing();
    if (frame.op !== 'conversation.join') return;
    const { resume } = frame.data as { resume?: { seq: number } };
    const after = data['resumed'] === true ? resume!.seq : (data['seq'] as number);
    const events = `/v1/conversations/${conversation}/events`;
    this.#unfollow = new AbortController();
    const { signal } = this.#unfollow;
    const work =
      this.#following === 'poll' ? this.#poll(events, after, signal) : this.#stream(events, after, signal);
    this.#guard(work, signal);
  }

  async #poll(path: string, from: number, signal: AbortSignal): Promise<void> {
    for (let after = from; !signal.aborted;) {
      const { status, body } = await this.#call(
        'GET',
        `${path}?after=${after}&wait=${WAIT_MS}`,
        null,
        signal,
      );
      if (status !== 200) {
        await this.#waitOrGiveUp(status, body);
        continue;
      }
      // Not `next`, which may be an event of others: a client's chain is of its own events only.
      for (const event of (body as { events: { seq: number }[] }).events) {
        if (signal.aborted) return;
        this.#hear(event);
        after = event.seq;
      }
    }
  }

  /** One stream as long as it lasts; its end is the end of the wire, as that of a WebSocket. */
  async #stream(path: string, after: number, signal: AbortSignal): Promise<void> {
    const headers = { accept: 'text/event-stream', 'last-event-id': `${after}` };
    const response = await this.#open('GET', path, null, { signal, headers });
    if (response.statusCode !== 200) {
      await this.#waitOrGiveUp(response.statusCode!, await jsonOf(response));
      return this.#stream(path, after, signal);
    }
    let rest = '';
    for await (const chunk of response.setEncoding('utf8')) {
      rest += chunk as string;
      const blocks = rest.split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data !== undefined && !signal.aborted) this.#hear(JSON.parse(data) as object);
      }
    }
    throw new Error('the stream has ended');
  }

  async #waitOrGiveUp(status: number, body: unknown): Promise<void> {
    const { code, retryable } = errorOf(status, body);
    if (!retryable) throw new Error(`events are refused: ${status} ${code}`);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }

  async #call(method: string, path: string, body: object | null, signal?: AbortSignal) {
    const response = await this.#open(method, path, body, signal ? { signal } : {});
    return { status: response.statusCode!, body: await jsonOf(response) };
  }

  #open(
    method: string,
    path: string,
    body: object | null,
    { headers = {}, signal }: { headers?: Record<string, string>; signal?: AbortSignal },
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const call = request(
        {
          host: '127.0.0.1',
          port: this.#port,
          method,
          path,
          agent: this.#agent,
          headers: {
            ...(body === null ? {} : { 'content-type': 'application/json' }),
            ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
            ...headers,
          },
          ...(signal && { signal }),
        },
        resolve,
      );
      call.on('error', reject);
      call.end(body === null ? undefined : JSON.stringify(body));
    });
  }

  #hear(frame: object): void {
    if (!this.#over) this.#listener.message(JSON.stringify(frame));
  }

  /** What fails on its way ends the wire, unless nobody wants it any more. */
  #guard(work: Promise<void>, signal?: AbortSignal): void {
    work.catch(() => {
      if (!signal?.aborted) this.#end();
    });
  }

  #stopFollowing(): void {
    this.#unfollow.abort();
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopFollowing();
    this.#agent.destroy();
    this.#listener.close();
  }
}

async function jsonOf(response: IncomingMessage): Promise<object> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk as string;
  return JSON.parse(text) as object;
}

function errorOf(status: number, body: unknown) {
  const { code, detail, retryable, details } = body as Record<string, unknown>;
  if (typeof code !== 'string') throw new Error(`${status} without a code`);
  return { code, message: String(detail), retryable: retryable === true, details: (details ?? {}) as Data };
}
