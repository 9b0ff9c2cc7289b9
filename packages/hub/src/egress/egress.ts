import type { Readable } from 'node:stream';
import { Agent, request as send } from 'undici';
import type { Dispatcher } from 'undici';
import type { Millis } from '@parley/core';
import type { Clock } from '../ports/clock.ts';
import { EgressError, egressErrorOf } from './egress-error.ts';
import type { EgressPolicy } from './egress-rules.ts';
import { EgressRules } from './egress-rules.ts';
import type { Resolve } from './guarded-connector.ts';
import { guardedConnector, systemResolver } from './guarded-connector.ts';

/** What an address of a user's is called for; a label of metrics. */
export type EgressPurpose = 'webhook' | 'agentCard' | 'a2a' | 'model' | 'openFloor';

/** Headers that prove something, and the one origin that may see them. */
export interface BoundCredentials {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface EgressRequest {
  readonly method?: Dispatcher.HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Left out where the address is of another origin. */
  readonly credentials?: BoundCredentials;
  /** Of the answer's body; a longer one ends in an error. Default 1 MiB. */
  readonly maxBytes?: number;
  /** From the call to the last byte of the answer, however that is read. Default 30 s. */
  readonly timeoutMs?: Millis;
  readonly signal?: AbortSignal;
}

export interface EgressMetrics {
  /** Counted when the answer's head is there, or will not come. */
  readonly called?: (purpose: EgressPurpose, outcome: 'answered' | 'blocked' | 'unreachable') => void;
}

export interface EgressOptions {
  readonly policy: EgressPolicy;
  readonly clock: Clock;
  readonly metrics?: EgressMetrics;
  /** The machine's resolver by default. */
  readonly resolve?: Resolve;
}

/** Bounds of the pool, and why each has its value. */
const POOL = {
  /** One receiver's share: enough to work side by side, few enough not to be a flood. */
  connections: 8,
  /** Addresses with open connections; further ones are told to come later. */
  maxOrigins: 512,
  /** Idle connections cost both sides a socket; receivers close theirs after a minute or so. */
  keepAliveTimeout: 30_000,
  keepAliveMaxTimeout: 60_000,
  maxHeaderSize: 16 * 1024,
} as const;
const CONNECT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;
const TIMEOUT_MS = 30_000;
/** Only in {@link EgressRequest.credentials}, where they are bound to an origin. */
const PROVING = /^(authorization|proxy-authorization|cookie|x-api-key|api-key)$/i;

/**
 * The one way out to addresses that users gave: https to public unicast addresses, no redirects, answers
 * bounded in size and time, credentials to their own origin. Connections are pooled and kept alive for each
 * origin (CN-4).
 */
export class Egress {
  readonly #rules: EgressRules;
  readonly #agent: Agent;
  readonly #clock: Clock;
  readonly #metrics: EgressMetrics;

  constructor({ policy, clock, metrics = {}, resolve = systemResolver }: EgressOptions) {
    this.#rules = new EgressRules(policy);
    this.#clock = clock;
    this.#metrics = metrics;
    this.#agent = new Agent({
      ...POOL,
      connect: guardedConnector(this.#rules, resolve, CONNECT_MS),
      // The whole call has one limit of time, kept here.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /**
   * What can be said of an address without asking the network: that it is of the right form, and no
   * literal address of the wrong sort. Where its name leads is seen when it is called.
   * @throws EgressError `endpoint.blocked`
   */
  check(address: string): void {
    this.#rules.check(address);
  }

  /**
   * Calls an address. Resolves when the head of the answer is there, with any status from 200 to 599 but a
   * redirect's (304 is none). Its body fails with an {@link EgressError} where it grows too long, comes too
   * late, or the signal aborts. Read or cancel it: until then, or until its time is over, its connection is taken.
   * @throws EgressError where the guard refuses, or no such answer comes; also where the signal aborts (`cancelled`)
   */
  async fetch(purpose: EgressPurpose, address: string, request: EgressRequest = {}): Promise<Response> {
    try {
      const response = await this.#call(address, request);
      this.#metrics.called?.(purpose, 'answered');
      return response;
    } catch (error) {
      const known = egressErrorOf(error);
      this.#metrics.called?.(purpose, known.code === 'endpoint.blocked' ? 'blocked' : 'unreachable');
      throw known;
    }
  }

  /** Cuts off whatever is under way. */
  async close(): Promise<void> {
    await this.#agent.destroy(new EgressError('cancelled'));
  }

  async #call(address: string, request: EgressRequest): Promise<Response> {
    const { method = 'GET', body, signal, maxBytes = MAX_BYTES, timeoutMs = TIMEOUT_MS } = request;
    const url = this.#rules.check(address);
    const ends = new AbortController();
    const stopTimer = this.#clock.after(timeoutMs, () => ends.abort(new EgressError('timeout')));
    const cancel = (): void => ends.abort(new EgressError('cancelled', { cause: signal?.reason }));
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
    const over = (): void => {
      stopTimer();
      signal?.removeEventListener('abort', cancel);
    };
    try {
      const answer = await send(url, {
        dispatcher: this.#agent,
        method,
        headers: headersFor(url, request),
        signal: ends.signal,
        ...(body === undefined ? {} : { body }),
      });
      // A body that nobody reads any more may still fail; whoever reads it hears of it there.
      answer.body.on('error', () => undefined);
      if (answer.statusCode >= 300 && answer.statusCode < 400 && answer.statusCode !== 304) {
        answer.body.destroy();
        throw new EgressError('redirect');
      }
      if (answer.statusCode < 200 || answer.statusCode > 599) {
        // No status of HTTP (RFC 9110, 15): nothing that a Response could hold.
        answer.body.destroy();
        throw new EgressError('connection');
      }
      return responseOf(answer, maxBytes, over);
    } catch (error) {
      over();
      throw error;
    }
  }
}

function headersFor(url: URL, { headers = {}, credentials }: EgressRequest): Record<string, string> {
  const open = Object.entries(headers).filter(([name]) => !PROVING.test(name));
  const bound = credentials?.origin === url.origin ? credentials.headers : {};
  return { 'user-agent': 'parley', ...Object.fromEntries(open), ...bound };
}

function responseOf(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  maxBytes: number,
  over: () => void,
): Response {
  const entries = Object.entries(headers).flatMap(([name, value = []]) =>
    [value].flat().map((each): [string, string] => [name, each]),
  );
  if (statusCode === 204 || statusCode === 205 || statusCode === 304) {
    body.resume();
    over();
    return new Response(null, { status: statusCode, headers: entries });
  }
  return new Response(bounded(body, maxBytes, over), { status: statusCode, headers: entries });
}

/** The body's bytes, not more than allowed. Ending early closes the connection, which could not be used again. */
function bounded(body: Readable, maxBytes: number, over: () => void): ReadableStream<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let bytes = 0;
  const end = (): void => {
    body.destroy();
    over();
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
          if (done) {
            over();
            return controller.close();
          }
          bytes += value.length;
          if (bytes > maxBytes) throw new EgressError('size');
          controller.enqueue(value);
        } catch (error) {
          end();
          throw egressErrorOf(error);
        }
      },
      cancel: end,
    },
    // Nothing is read ahead of whoever wants it.
    { highWaterMark: 0 },
  );
}
