import type { FastifyRequest } from 'fastify';
import type { ConversationId, Seq, State, Viewer } from '@parley/core';
import { validate } from '@parley/protocol';
import type { z } from 'zod';
import { authenticate, authenticateOrWelcome } from '../../sessions/authentication.ts';
import type { Access } from '../../sessions/authorisation.ts';
import { accessTo } from '../../sessions/authorisation.ts';
import type { Caller } from '../../sessions/caller.ts';
import { notFound, refuse } from '../../sessions/refusal.ts';
import type { SessionParts } from '../../sessions/parts.ts';
import type { ChannelContext } from '../channel.ts';
import type { Leases } from './leases.ts';
import { orInvalid, orRefuse, Refused } from './refused.ts';
import type { Waiters } from './waiters.ts';

/** What the routes share. */
export interface HttpContext extends ChannelContext {
  readonly leases: Leases;
  readonly waiters: Waiters;
  /** Aborted when the hub stops: whoever waits is answered. */
  readonly stopping: AbortSignal;
}

const ID = /^[A-Za-z0-9_-]{1,64}$/;
const IDEMPOTENCY_KEY = /^[A-Za-z0-9_.:-]{1,64}$/;

export const addressOf = (request: FastifyRequest): string => request.socket.remoteAddress ?? 'unknown';

/** `Last-Event-ID`, as server-sent events have it: the last seq that arrived. */
export function lastEventIdOf({ headers }: FastifyRequest): Seq | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : undefined;
}

/** Whose token the call carries; null where it carries none, which is taken under `--open` only. */
export async function callerOf(parts: SessionParts, request: FastifyRequest): Promise<Caller | null> {
  const caller = orRefuse(await authenticate(parts, bearer(request), addressOf(request)));
  limit(parts, caller, request);
  return caller;
}

/** The same, but nobody becomes a guest, whose token must be in the answer. */
export async function callerOrGuest(parts: SessionParts, request: FastifyRequest): Promise<Caller> {
  const caller = orRefuse(await authenticateOrWelcome(parts, bearer(request), addressOf(request)));
  limit(parts, caller, request);
  return caller;
}

/** A call that only somebody known can make. */
export async function knownCallerOf(parts: SessionParts, request: FastifyRequest): Promise<Caller> {
  const caller = await callerOf(parts, request);
  if (!caller) throw new Refused(refuse('auth.required', 'This call needs a token.').error);
  return caller;
}

export interface Reading {
  readonly conversation: ConversationId;
  readonly state: State;
  readonly access: Access;
  readonly caller: Caller | null;
}

/** The conversation of the address, if the caller may know of it. */
export async function reading(parts: SessionParts, request: FastifyRequest): Promise<Reading> {
  const caller = await callerOf(parts, request);
  const conversation = conversationOf(request);
  const state = await parts.conversations.state(conversation);
  const access = state && accessTo(state, caller, parts.open);
  if (!state || !access) throw new Refused(notFound().error);
  return { conversation, state, access, caller };
}

/** As whom the caller looks. */
export const viewerOf = (access: Access): Viewer => ({
  participant: access.member?.profile.id ?? null,
  moderator: access.moderator,
});

/** An id that cannot be one names nothing, like one that nobody gave. */
export function conversationOf(request: Pick<FastifyRequest, 'params'>): ConversationId {
  const { id } = request.params as { id: string };
  if (!ID.test(id)) throw new Refused(notFound().error);
  return id;
}

export function bodyOf<S extends z.ZodType>(schema: S, request: FastifyRequest): z.output<S> {
  return orInvalid(validate(schema, request.body ?? {}));
}

export function queryOf<S extends z.ZodType>(schema: S, request: FastifyRequest): z.output<S> {
  return orInvalid(validate(schema, request.query ?? {}));
}

/** `Idempotency-Key`: what a frame's id is on a WebSocket, for the calls that are no frames. */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && IDEMPOTENCY_KEY.test(key)) return key;
  const details = { path: 'header.idempotency-key', expected: IDEMPOTENCY_KEY.source };
  throw new Refused(refuse('request.invalid', 'The Idempotency-Key is not valid.', { details }).error);
}

function bearer(request: FastifyRequest): string | undefined {
  const header = request.headers.authorization;
  if (header === undefined) return undefined;
  const [, token] = /^Bearer +(\S+) *$/i.exec(header) ?? [];
  if (token !== undefined) return token;
  throw new Refused(refuse('auth.invalid', 'Expected Authorization: Bearer <token>.').error);
}

/** HTTP has no connection to count for: whoever calls has one budget for all of its calls. */
export function limit(parts: SessionParts, caller: Caller | null, request: FastifyRequest): void {
  const name = caller && caller.issued === undefined ? caller.principal : `from ${addressOf(request)}`;
  const retryAfterMs = parts.rates.commands.take(name);
  if (retryAfterMs > 0) {
    throw new Refused(refuse('rate.limited', 'Too many calls.', { retryAfterMs }).error);
  }
}
