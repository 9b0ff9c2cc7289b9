import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Seq, State } from '@parley/core';
import { levelOf, viewTermsOf } from '@parley/core';
import { missedSince } from '../../delivery/catch-up.ts';
import type { Reader } from '../../delivery/chain.ts';
import { notice } from '../../delivery/notices.ts';
import { Outbox } from '../../delivery/outbox.ts';
import type { Sink } from '../../delivery/outbox.ts';
import type { Conversations } from '../../host/submission.ts';
import type { HttpContext, Reading } from './context.ts';

interface Stream {
  readonly found: Reading;
  readonly reader: Reader;
  readonly begin: StreamStart;
  /** Aborted when the client has gone, the membership has ended, or the hub stops. */
  readonly closed: AbortSignal;
  /** Gives back what the open call takes. */
  readonly leave: () => void;
}

interface StreamStart {
  /** Where the chain goes on. */
  readonly after: Seq;
  /** Events before it that this client does not get (CS-4). */
  readonly dropped: number;
}

/** A client has everything up to `after`: whether it is given what it missed, or told how much that is. */
export async function streamStart(
  conversations: Conversations,
  state: State,
  reader: Reader,
  after: Seq,
): Promise<StreamStart> {
  const { participant } = reader;
  const member = participant === null ? undefined : state.participants[participant];
  if (!member || viewTermsOf(levelOf(state, member)).resume === 'suffix') return { after, dropped: 0 };
  const { count, last } = await missedSince(conversations, state, reader, after);
  return { after: last, dropped: count };
}

/** Server-sent events: the same frames, in the same order and bounds, as on a WebSocket. */
export function stream(context: HttpContext, reply: FastifyReply, open: Stream): FastifyReply {
  const { parts, tick, settings } = context;
  const { found, reader, begin, closed, leave } = open;
  const response = reply.raw;
  reply.hijack();
  response.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.write(`: epoch ${found.state.epoch}\n\n`);
  const outbox = new Outbox(new SseSink(response), tick, parts.clock);
  const { conversation, state } = found;
  const { participant } = reader;
  if (begin.dropped > 0 && participant !== null) {
    outbox.push(
      notice('delivery.dropped', conversation, parts.clock.now(), { participant, count: begin.dropped }),
    );
  }
  const subscription = parts.delivery.attach({
    conversation,
    participant,
    outbox,
    state,
    after: begin.after,
    ...(reader.historyFrom === undefined ? {} : { historyFrom: reader.historyFrom }),
  });
  let cancelBeat = (): void => undefined;
  const beat = (): void => {
    // A comment: keeps proxies from closing, and shows a half-open connection.
    if (response.writableLength === 0) response.write(': beat\n\n');
    cancelBeat = parts.clock.after(settings.heartbeatMs, beat);
  };
  cancelBeat = parts.clock.after(settings.heartbeatMs, beat);
  const expiresAt = found.caller?.expiresAt ?? null;
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    cancelBeat();
    cancelExpiry();
    subscription.detach();
    outbox.flush();
    outbox.end();
    response.end();
    leave();
  };
  // Whoever's token has expired is no longer known: the stream ends, and the next call is refused.
  const cancelExpiry = expiresAt === null ? () => undefined : parts.clock.at(expiresAt, end);
  if (closed.aborted) end();
  else closed.addEventListener('abort', end, { once: true });
  return reply;
}

/** Finds the seq of a frame, which only durable events have, without parsing the rest of it. */
const SEQ = /^\{(?:"after":\d+,)?"event":"[^"]*","conversation":"[^"]*","seq":(\d+),/;

/**
 * One `data:` line, since JSON has no line breaks; `id:` is the seq, which Last-Event-ID brings back. An
 * event that is sent early has none (CS-3): what comes before it is still to come.
 */
export function eventOf(json: string): Uint8Array {
  const seq = SEQ.exec(json)?.[1];
  return Buffer.from(seq === undefined ? `data: ${json}\n\n` : `id: ${seq}\ndata: ${json}\n\n`);
}

class SseSink implements Sink {
  readonly encode = eventOf;
  /** An `id:` belongs to one event. */
  readonly acceptsBatches = false;
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  get bufferedBytes(): number {
    return this.#response.writableLength;
  }

  send(chunks: readonly Uint8Array[]): void {
    this.#response.cork();
    for (const chunk of chunks) this.#response.write(chunk);
    this.#response.uncork();
  }

  onDrain(task: () => void): void {
    this.#response.on('drain', task);
  }

  /** A stream has no close codes: the client comes back with Last-Event-ID. */
  close(): void {
    this.#response.destroy();
  }
}
