import type { Seq } from '@parley/core';
import type { Hub } from '../../app.ts';
import type { AnyFrame } from '../hub.fixture.ts';
import { call } from '../hub.fixture.ts';
import type { Reply } from './peer.fixture.ts';
import { ChannelPeer } from './peer.fixture.ts';

/** One way to be told over HTTP, from `after` on until it is ended. */
export interface Listening {
  /** Resolves when the hub knows of it, or it has come to nothing. */
  readonly begun: Promise<void>;
  end(): Promise<void>;
  pause(): void;
  goOn(): void;
}

export interface Subject {
  readonly url: string;
  readonly token: string | undefined;
  /** The last seq that has been received; what is asked for comes behind it. */
  last(): Seq;
  received(frame: AnyFrame): void;
  failed(error: Error): void;
}

/** A participant over HTTP: commands are calls, and events come as `listen` has them. */
export class HttpPeer extends ChannelPeer {
  readonly #hub: Hub;
  readonly #listen: (subject: Subject) => Listening;
  #listening: Listening | null = null;

  constructor(hub: Hub, listen: (subject: Subject) => Listening) {
    super();
    this.#hub = hub;
    this.#listen = listen;
  }

  async exchange({ id, op, conversation, data }: Parameters<ChannelPeer['exchange']>[0]): Promise<Reply> {
    // Whoever joins again follows from where the answer says.
    if (op === 'conversation.join') await this.lose();
    const { status, body } = await call(this.#hub, 'POST', `/v1/conversations/${conversation}/commands`, {
      body: { id, op, data },
      ...(this.token === undefined ? {} : { token: this.token }),
    });
    // A problem document says what a refusal says on a WebSocket.
    return status === 200 ? (body as Reply) : { ok: false, error: { ...body, message: body.detail } };
  }

  async lose(): Promise<void> {
    await this.#listening?.end();
    this.#listening = null;
  }

  stopReading(): void {
    this.#listening?.pause();
  }

  readOn(): void {
    this.#listening?.goOn();
  }

  async push(op: string, data: object): Promise<void> {
    await this.do(op, data);
  }

  close(): Promise<void> {
    return this.lose();
  }

  protected async follow(after: Seq): Promise<void> {
    this.#listening = this.#listen({
      url: `${this.#hub.url}/v1/conversations/${this.conversation}/events`,
      token: this.token,
      last: () => Math.max(after, this.last),
      received: (frame) => this.received(frame),
      failed: (error) => this.failed(error),
    });
    await this.#listening.begun;
  }
}

const authorisation = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

/** Whoever calls too often waits for as long as it is told, and calls again; anything else ends it. */
async function toldToWait(response: Response): Promise<boolean> {
  if (response.ok) return false;
  const { code, retryAfterMs } = (await response.json()) as { code: string; retryAfterMs: number };
  if (code !== 'rate.limited') throw new Error(`${response.status} ${code}`);
  await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
  return true;
}

/** How long a call waits for something to happen. Its lease is kept meanwhile. */
const WAIT_MS = 2_000;

/** Long poll: one call after the other, each from where the last one ended. */
export function poll(subject: Subject): Listening {
  const ended = new AbortController();
  let reading = Promise.withResolvers<void>();
  reading.resolve();
  const work = (async () => {
    for (;;) {
      await reading.promise;
      if (ended.signal.aborted) return;
      const response = await fetch(`${subject.url}?after=${subject.last()}&wait=${WAIT_MS}`, {
        headers: authorisation(subject.token),
        signal: ended.signal,
      });
      if (await toldToWait(response)) continue;
      const page = (await response.json()) as { events: AnyFrame[] };
      for (const event of page.events) subject.received(event);
    }
  })().catch((error: unknown) => {
    if (!ended.signal.aborted) subject.failed(error as Error);
  });
  return {
    // Each call gets what came since the last, whenever that was.
    begun: Promise.resolve(),
    async end() {
      ended.abort();
      reading.resolve();
      await work;
    },
    pause() {
      reading = Promise.withResolvers<void>();
    },
    goOn() {
      reading.resolve();
    },
  };
}

/** Server-sent events; after the stream has ended it comes back with `Last-Event-ID`, as a browser does. */
export function stream(subject: Subject): Listening {
  const ended = new AbortController();
  let reading = Promise.withResolvers<void>();
  reading.resolve();
  const begun = Promise.withResolvers<void>();
  const readOnce = async (): Promise<void> => {
    const response = await fetch(subject.url, {
      headers: {
        accept: 'text/event-stream',
        'last-event-id': `${subject.last()}`,
        ...authorisation(subject.token),
      },
      signal: ended.signal,
    });
    if (await toldToWait(response)) return;
    begun.resolve();
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of response.body!) {
      rest += decoder.decode(chunk as Uint8Array, { stream: true });
      const blocks = rest.split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data !== undefined) subject.received(JSON.parse(data) as AnyFrame);
      }
      await reading.promise;
    }
  };
  const work = (async () => {
    while (!ended.signal.aborted) await readOnce();
  })().catch((error: unknown) => {
    if (!ended.signal.aborted) subject.failed(error as Error);
    begun.resolve();
  });
  return {
    begun: begun.promise,
    async end() {
      ended.abort();
      reading.resolve();
      await work;
    },
    pause() {
      reading = Promise.withResolvers<void>();
    },
    goOn() {
      reading.resolve();
    },
  };
}
