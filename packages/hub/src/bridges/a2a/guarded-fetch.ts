import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { EventSourceMessage } from 'eventsource-parser/stream';
import type { Millis } from '@parley/core';
import type { BoundCredentials, Egress } from '../../egress/egress.ts';
import { retryAfter } from '../../egress/retry-after.ts';
import type { Clock } from '../../ports/clock.ts';
import { AgentFault } from './agent-fault.ts';

export interface WayOut {
  readonly egress: Egress;
  readonly clock: Clock;
  /** Sent to their own origin only. */
  readonly credentials?: BoundCredentials | undefined;
  readonly limits: CallLimits;
}

export interface CallLimits {
  /** One call with one answer. */
  readonly callMs: Millis;
  /** One stream, from the call to its last byte. */
  readonly streamMs: Millis;
  /** Without a byte; a comment that keeps the stream alive counts. */
  readonly idleMs: Millis;
  readonly maxBytes: number;
}

/** Nobody is left alone for longer than that because it says so. */
const RETRY_AFTER_MAX_MS = 3_600_000;

/**
 * The client library's `fetch`: through the egress guard, with limits of time and size. What no answer of A2A
 * can be ends here in an {@link AgentFault}; events of a stream that are not JSON never reach the library.
 */
export function guardedFetch({ egress, clock, credentials, limits }: WayOut): typeof fetch {
  return async (address, { method, headers, body, signal } = {}) => {
    const sent = new Headers(headers);
    const streams = sent.get('accept') === 'text/event-stream';
    const silence = new Silence(clock, streams ? limits.idleMs : limits.callMs);
    // Whoever calls aborts at the end, also of a stream that it has not read to its own.
    signal?.addEventListener('abort', () => silence.over(), { once: true });
    try {
      const response = await egress.fetch('a2a', String(address), {
        method: method === 'GET' ? 'GET' : 'POST',
        headers: Object.fromEntries(sent),
        ...(typeof body === 'string' ? { body } : {}),
        ...(credentials === undefined ? {} : { credentials }),
        maxBytes: limits.maxBytes,
        timeoutMs: streams ? limits.streamMs : limits.callMs,
        signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
      });
      const fault = faultIn(response, streams, clock.now());
      if (fault) {
        await response.body?.cancel();
        throw fault;
      }
      if (!isEventStream(response) || !response.body) {
        silence.over();
        return response;
      }
      return new Response(checked(response.body, silence, limits.maxBytes), {
        status: response.status,
        headers: response.headers,
      });
    } catch (error) {
      silence.over();
      throw error;
    }
  };
}

function faultIn(response: Response, streams: boolean, now: number): AgentFault | null {
  const { status, ok } = response;
  const type = response.headers.get('content-type') ?? '';
  if (status === 401 || status === 403) {
    return new AgentFault(`The agent asks for credentials (HTTP ${status}).`, { code: 'auth.required' });
  }
  if (status === 429 || status === 503) {
    const retryAfterMs = retryAfter(response.headers.get('retry-after'), now, RETRY_AFTER_MAX_MS);
    return new AgentFault(`The agent is busy (HTTP ${status}).`, { passing: true, retryAfterMs });
  }
  // Errors of the protocol come as JSON with any status, also in answer to a call that wants a stream.
  if (/^application\/([\w.-]+\+)?json\b/i.test(type)) return null;
  if (!ok) return new AgentFault(`The agent answers with HTTP status ${status}.`);
  if (streams && isEventStream(response)) return null;
  return new AgentFault('The agent answers with something that is not A2A: the wrong content type.');
}

const isEventStream = ({ headers }: Response): boolean =>
  /^text\/event-stream\b/i.test(headers.get('content-type') ?? '');

/** The events of a stream, written anew: one line of JSON each, in which every control character is escaped. */
function checked(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  silence: Silence,
  maxBufferSize: number,
): ReadableStream<Uint8Array> {
  const watched = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      silence.broken();
      controller.enqueue(chunk);
    },
    flush: () => silence.over(),
  });
  const written = new TransformStream<EventSourceMessage, Uint8Array>({
    transform({ event, data }, controller) {
      const name = event === undefined ? '' : `event: ${event}\n`;
      controller.enqueue(encoder.encode(`${name}data: ${rewritten(data)}\n\n`));
    },
  });
  return body
    .pipeThrough(watched)
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ maxBufferSize }))
    .pipeThrough(written);
}

function rewritten(data: string): string {
  try {
    return JSON.stringify(JSON.parse(data)).replace(
      /[\u007f-\u009f]/g,
      (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
    );
  } catch (cause) {
    throw new AgentFault('The agent answers with something that is not A2A: an event that is no JSON.', {
      cause,
    });
  }
}

const encoder = new TextEncoder();

/** Ends a call whose other side says nothing for too long. */
class Silence {
  readonly #clock: Clock;
  readonly #ms: Millis;
  readonly #ends = new AbortController();
  #stop: () => void;

  constructor(clock: Clock, ms: Millis) {
    this.#clock = clock;
    this.#ms = ms;
    this.#stop = this.#start();
  }

  get signal(): AbortSignal {
    return this.#ends.signal;
  }

  broken(): void {
    this.#stop();
    this.#stop = this.#start();
  }

  over(): void {
    this.#stop();
  }

  #start(): () => void {
    return this.#clock.after(this.#ms, () =>
      this.#ends.abort(new AgentFault('The agent did not answer in time.')),
    );
  }
}
