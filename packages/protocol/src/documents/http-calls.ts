import type { z } from 'zod';
import type { ErrorCode } from '../error-catalogue.ts';
import { frameEnvelope } from '../frame.ts';
import { OPS } from '../ops.ts';
import { httpAnswers, httpBodies, httpQueries } from '../schemas/http.ts';
import { acceptedReply } from '../schemas/replies.ts';

/** One call of the HTTP wire, as `/openapi.json` tells it. */
export interface HttpCall {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  readonly path: string;
  /** Unique among all calls. */
  readonly name: string;
  readonly summary: string;
  /** Who may; null where no token is asked for. */
  readonly who: string | null;
  readonly status: 200 | 201;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The JSON answer; absent where the answer has another type only. */
  readonly answer?: z.ZodType;
  /** Further media types of the answer, with what they hold. */
  readonly media?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Beside those of every call that is authorised. */
  readonly errors: readonly ErrorCode[];
  /** The answer has another status and this shape where it is not well. */
  readonly unwellStatus?: 503;
}

const CONVERSATION = '/v1/conversations/{id}';

/** For calls that are no frames, and so have no id. */
const idempotent = {
  'Idempotency-Key': 'What a frame’s id is on the WebSocket: [A-Za-z0-9_.:-]{1,64}.',
} as const;

/** The calls of wire.md, HTTP; channels and bridges of later protocols describe themselves. */
export const HTTP_CALLS: readonly HttpCall[] = [
  {
    method: 'post',
    path: '/v1/tokens',
    name: 'createToken',
    summary: 'Issues a token for a principal.',
    who: 'the operator',
    status: 200,
    body: httpBodies.createToken,
    answer: httpAnswers.createToken,
    errors: [],
  },
  {
    method: 'post',
    path: '/v1/conversations',
    name: 'createConversation',
    summary: 'Creates a conversation; what the configuration leaves out gets its default.',
    who: 'principals who may create',
    status: 201,
    body: httpBodies.createConversation,
    answer: httpAnswers.createConversation,
    headers: idempotent,
    errors: ['idempotency.conflict', 'storage.unavailable', 'storage.full'],
  },
  {
    method: 'get',
    path: '/v1/conversations',
    name: 'listConversations',
    summary: 'Lists conversations that the caller may know of, the last changed first.',
    who: 'anybody',
    status: 200,
    query: httpQueries.listConversations,
    answer: httpAnswers.listConversations,
    errors: [],
  },
  {
    method: 'get',
    path: CONVERSATION,
    name: 'getConversation',
    summary: 'The whole current state.',
    who: 'members, stewards',
    status: 200,
    answer: httpAnswers.getConversation,
    errors: ['not_found'],
  },
  {
    method: 'patch',
    path: `${CONVERSATION}/config`,
    name: 'configure',
    summary: OPS['conversation.configure'].summary,
    who: 'moderators, stewards',
    status: 200,
    body: httpBodies.configure,
    answer: httpAnswers.configure,
    errors: ['not_found', 'conversation.ended', 'storage.unavailable', 'storage.full'],
  },
  {
    method: 'post',
    path: `${CONVERSATION}/participants`,
    name: 'join',
    summary: OPS['conversation.join'].summary,
    who: 'principals who may join',
    status: 201,
    body: httpBodies.join,
    answer: httpAnswers.join,
    headers: idempotent,
    errors: [
      'not_found',
      'idempotency.conflict',
      ...OPS['conversation.join'].errors,
      'conversation.ended',
      'storage.unavailable',
      'storage.full',
    ],
  },
  {
    method: 'delete',
    path: `${CONVERSATION}/participants/{pid}`,
    name: 'leave',
    summary: 'Leaves, or removes somebody else.',
    who: 'the participant itself, moderators, stewards',
    status: 200,
    answer: httpAnswers.leave,
    errors: ['not_found', 'participant.not_joined', 'storage.unavailable', 'storage.full'],
  },
  {
    method: 'post',
    path: `${CONVERSATION}/invites`,
    name: 'createInvite',
    summary: 'Makes an invite with the roles and kinds that it gives.',
    who: 'moderators, stewards',
    status: 200,
    body: httpBodies.createInvite,
    answer: httpAnswers.createInvite,
    errors: ['not_found'],
  },
  {
    method: 'post',
    path: `${CONVERSATION}/commands`,
    name: 'command',
    summary:
      'One command frame; its `conversation` may be left out. Ops and their data stand in /asyncapi.json.',
    who: 'as for the op',
    status: 200,
    body: frameEnvelope,
    answer: acceptedReply,
    errors: ['not_found', 'idempotency.conflict', 'conversation.ended', 'participant.not_joined'],
  },
  {
    method: 'get',
    path: `${CONVERSATION}/events`,
    name: 'readEvents',
    summary:
      'Events after a seq. Waits for the next one if there is none. `after=N` acknowledges N. As an event ' +
      'stream each event’s id is its seq, and Last-Event-ID resumes.',
    who: 'members, stewards',
    status: 200,
    query: httpQueries.readEvents,
    answer: httpAnswers.readEvents,
    media: { 'text/event-stream': 'Event frames without end, one per `data:`; `id:` is the seq.' },
    headers: { 'Last-Event-ID': 'The last seq received; wins over `after` in an event stream.' },
    errors: ['not_found'],
  },
  {
    method: 'get',
    path: `${CONVERSATION}/catch-up`,
    name: 'catchUp',
    summary: 'What one has to know who was away since `after`.',
    who: 'members, stewards',
    status: 200,
    query: httpQueries.catchUp,
    answer: httpAnswers.catchUp,
    errors: ['not_found'],
  },
  {
    method: 'get',
    path: `${CONVERSATION}/transcript`,
    name: 'transcript',
    summary: 'The whole log as far as the caller may read it: events as JSON, or what was said as Markdown.',
    who: 'members, stewards',
    status: 200,
    query: httpQueries.transcript,
    answer: httpAnswers.transcript,
    media: { 'text/markdown': 'The transcript for people, escaped.' },
    errors: ['not_found'],
  },
  {
    method: 'get',
    path: `${CONVERSATION}/fairness`,
    name: 'fairness',
    summary: 'Contributions of all, and how evenly speaking time is shared out.',
    who: 'members, stewards',
    status: 200,
    answer: httpAnswers.fairness,
    errors: ['not_found'],
  },
  {
    method: 'get',
    path: '/v1/services',
    name: 'services',
    summary: 'Model services and agents that bridge.add can name.',
    who: 'anybody',
    status: 200,
    answer: httpAnswers.services,
    errors: [],
  },
  open('/healthz', 'health', 'Whether the process lives.', httpAnswers.health),
  {
    ...open('/readyz', 'readiness', 'Whether the hub takes work.', httpAnswers.readiness),
    unwellStatus: 503,
  },
  {
    ...open('/metrics', 'metrics', 'Metrics for Prometheus.'),
    media: { 'text/plain': 'Prometheus text format.' },
  },
  open('/openapi.json', 'openApiDocument', 'This document.'),
  open('/asyncapi.json', 'asyncApiDocument', 'The WebSocket: ops, replies and events.'),
  open('/errors.json', 'errorsDocument', 'Every error and close code.'),
];

function open(path: string, name: string, summary: string, answer?: z.ZodType): HttpCall {
  return {
    method: 'get',
    path,
    name,
    summary,
    who: null,
    status: 200,
    errors: [],
    ...(answer ? { answer } : {}),
  };
}
