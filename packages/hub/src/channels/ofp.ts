import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Millis } from '@parley/core';
import { readEnvelope } from '../open-floor/envelope.ts';
import { refuse } from '../sessions/refusal.ts';
import type { Call } from './calling/call.ts';
import type { Channel, ChannelContext } from './channel.ts';
import type { HttpContext } from './http/context.ts';
import { addressOf, callerOf, conversationOf, lastEventIdOf } from './http/context.ts';
import { Leases } from './http/leases.ts';
import { closedOf, enterOpenCall, whenGone } from './http/open-call.ts';
import { orInvalid, Refused } from './http/refused.ts';
import { Waiters } from './http/waiters.ts';
import { attend } from './ofp/attending.ts';
import { Cursors } from './ofp/cursors.ts';

/** Longest wait that `Prefer: wait=` gets, in seconds: proxies give up after a few minutes. */
const WAIT_MAX_SECONDS = 240;

/**
 * `/ofp` and `/ofp/c/{id}`: Open Floor envelopes over HTTP POST. The hub is floor manager and convener, and
 * keeps to the floor where Open Floor leaves that to good manners.
 */
export function openOfp(context: ChannelContext): Channel {
  const { parts, settings, server } = context;
  const stopping = new AbortController();
  const leases = new Leases(parts, settings.callLeaseMs);
  const waiters = new Waiters(parts.conversations, parts.clock);
  const shared: HttpContext = { ...context, leases, waiters, stopping: stopping.signal };
  const cursors = new Cursors();
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<object> => {
    const caller = await callerOf(parts, request);
    const envelope = orInvalid(readEnvelope(request.body));
    const conversation = addressed(request, envelope.conversation.id);
    const address = addressOf(request);
    const letGo = enterOpenCall(parts.rates, address, caller);
    whenGone(reply, letGo);
    const call: Call = { context: shared, caller, address, signal: closedOf(reply, stopping.signal) };
    const place = { baseUrl: settings.publicUrl(), conversation };
    const attention = { received: lastEventIdOf(request), waitMs: patienceOf(request) };
    const attended = await attend(call, place, cursors, envelope, attention);
    // What has not left was not told: whoever has hung up is told it with its next call.
    reply.raw.once('finish', attended.delivered);
    if (attended.next !== undefined) void reply.header('last-event-id', String(attended.next));
    return attended.envelope;
  };
  server.post('/ofp', answer);
  server.post('/ofp/c/:id', answer);
  return {
    get connections() {
      return leases.size;
    },
    // Every answer is one small envelope.
    bufferedBytes: 0,
    async stop() {
      stopping.abort();
      leases.stop();
      waiters.stop();
    },
  };
}

/** An envelope says itself which conversation it belongs to; an address that says another is a mistake. */
function addressed(request: FastifyRequest, id: string): string {
  const { id: addressedId } = request.params as { id?: string };
  if (addressedId === undefined) return conversationOf({ params: { id } });
  if (addressedId === id) return conversationOf(request);
  const details = { path: 'openFloor.conversation.id', expected: 'the conversation of the address' };
  throw new Refused(
    refuse('request.invalid', 'The envelope is for another conversation.', { details }).error,
  );
}

/** `Prefer: wait=20` (RFC 7240): seconds. */
function patienceOf({ headers }: FastifyRequest): Millis | undefined {
  const [, seconds] =
    /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,4})"?\s*(?:[,;]|$)/i.exec(String(headers['prefer'] ?? '')) ?? [];
  return seconds === undefined ? undefined : Math.min(Number(seconds), WAIT_MAX_SECONDS) * 1_000;
}
