import type { FastifyInstance } from 'fastify';
import type { Millis, Seq } from '@parley/core';
import { httpQueries } from '@parley/protocol';
import { historyFrom } from '../../delivery/catch-up.ts';
import { chainFor, hears } from '../../delivery/chain.ts';
import type { Reader } from '../../delivery/chain.ts';
import type { Commit } from '../../host/submission.ts';
import { notFound } from '../../sessions/refusal.ts';
import { membershipOf, stayPresent } from './commands.ts';
import type { HttpContext, Reading } from './context.ts';
import { addressOf, lastEventIdOf, queryOf, reading } from './context.ts';
import { closedOf, enterOpenCall } from './open-call.ts';
import { Refused } from './refused.ts';
import { stream, streamStart } from './sse.ts';

const LIMIT = 500;
const PAGE_BYTES = 1024 * 1024;

/** `GET …/events`: what happened after a seq, now, in a while (long poll), or from now on (SSE). */
export function eventRoutes(server: FastifyInstance, context: HttpContext): void {
  const { parts, leases, waiters } = context;
  server.get('/v1/conversations/:id/events', async (request, reply) => {
    const query = queryOf(httpQueries.readEvents, request);
    const found = await reading(parts, request);
    const streams = request.headers.accept?.includes('text/event-stream') ?? false;
    const asked = (streams ? lastEventIdOf(request) : undefined) ?? query.after;
    const after = asked ?? (streams ? found.state.seq : 0);
    await stayPresent(context, found, after);
    const membership = membershipOf(found);
    const participant = membership?.participant ?? null;
    const reader = { participant, historyFrom: historyFrom(found.state, participant) };
    const letGo = enterOpenCall(parts.rates, addressOf(request), found.caller);
    const release = membership ? leases.hold(membership) : undefined;
    const closed = closedOf(reply, context.stopping);
    const leave = (): void => {
      release?.();
      letGo();
    };
    if (streams) {
      const over = membership ? waiters.endOf(membership, closed) : closed;
      const begin = await streamBegin(context, found, reader, after).catch((error: unknown) => {
        leave();
        throw error;
      });
      return stream(context, reply, { found, reader, begin, closed: over, leave });
    }
    try {
      const { limit = LIMIT, wait = 0 } = query;
      return await poll(context, found, reader, { after, limit, wait, closed });
    } finally {
      leave();
    }
  });
}

/** @throws Refused where the reader's membership ended just before its end was listened for (RT-7) */
async function streamBegin({ parts }: HttpContext, found: Reading, reader: Reader, after: Seq) {
  const { conversation, state } = found;
  const { participant } = reader;
  if (participant !== null) {
    const now = await parts.conversations.state(conversation);
    if (!now || !Object.hasOwn(now.participants, participant)) throw new Refused(notFound().error);
  }
  return streamStart(parts.conversations, state, reader, after);
}

interface Poll {
  readonly after: Seq;
  readonly limit: number;
  readonly wait: Millis;
  readonly closed: AbortSignal;
}

/** The reader's events after a seq; where there are none, the first that come within `wait`. */
async function poll(context: HttpContext, found: Reading, reader: Reader, ask: Poll) {
  const { parts, waiters } = context;
  const { conversation, state } = found;
  const until = parts.clock.now() + ask.wait;
  let looked = ask.after;
  for (;;) {
    const left = until - parts.clock.now();
    const stop = new AbortController();
    const signal = AbortSignal.any([ask.closed, stop.signal]);
    // Listens before it reads: nothing can come in between unseen.
    const woken = left > 0 ? waiters.next(conversation, left, signal, concerns(reader)) : null;
    try {
      const page = await parts.conversations.readEvents(conversation, looked, {
        limit: ask.limit,
        maxBytes: PAGE_BYTES,
      });
      const { jsons } = chainFor(page.events, reader, ask.after);
      looked = Math.max(looked, page.next);
      if (jsons.length > 0 || (looked >= page.head && !woken)) {
        return { epoch: state.epoch, ...upToTheOwnEnd(jsons, reader, looked) };
      }
      if (looked < page.head) continue;
      if (!(await woken)) return { epoch: state.epoch, events: [], next: looked };
    } finally {
      stop.abort();
    }
  }
}

/** Whoever leaves while the call waits is told so, and nothing of what happened afterwards. */
function upToTheOwnEnd(jsons: readonly string[], { participant }: Reader, next: Seq) {
  const events = jsons.map((json) => JSON.parse(json) as LoggedFrame);
  const end = events.findIndex(
    ({ event, data }) => event === 'participant.left' && data['participant'] === participant,
  );
  return end < 0 ? { events, next } : { events: events.slice(0, end + 1), next: events[end]!.seq };
}

interface LoggedFrame {
  readonly event: string;
  readonly seq: Seq;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A commit that has something durable for this reader. */
const concerns =
  (reader: Reader) =>
  (commit: Commit): boolean =>
    commit.events.some(({ seq, audience }) => seq !== null && hears(audience, reader.participant));
