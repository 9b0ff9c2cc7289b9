import { isLegacyJsonRpcMethod } from '@a2a-js/sdk/compat/v0_3';
import { LegacyJsonRpcTransportHandler } from '@a2a-js/sdk/compat/v0_3/server';
import { toJsonRpcError } from '@a2a-js/sdk/errors';
import { JsonRpcTransportHandler, ServerCallContext } from '@a2a-js/sdk/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { checkShape } from '@parley/protocol';
import { z } from 'zod';
import { readBody } from './body.ts';
import type { A2aBackend, A2aCall } from './call.ts';
import { A2A_LEGACY_VERSION } from './card.ts';
import { internalError, invalid, knownErrorOf } from './errors.ts';
import type { Endpoint } from './endpoint.ts';
import { sendEvents } from './sse.ts';
import { mustSpeak, versionOf } from './version.ts';

const INVALID_REQUEST = -32_600;
const PARSE_ERROR = -32_700;

type Id = string | number | null;

/** What every request of JSON-RPC 2.0 is. */
const envelope = z.looseObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.int(), z.null()]).exactOptional(),
  method: z.string().min(1),
});

/** A message of 0.3, as far as reading it needs it; what is in it is checked as for 1.0. */
const legacyMessage = z.looseObject({
  message: z.looseObject({
    messageId: z.string(),
    role: z.enum(['user', 'agent']),
    parts: z.array(
      z.discriminatedUnion('kind', [
        z.looseObject({ kind: z.literal('text'), text: z.string() }),
        z.looseObject({
          kind: z.literal('file'),
          file: z.union([z.looseObject({ bytes: z.string() }), z.looseObject({ uri: z.string() })]),
        }),
        z.looseObject({ kind: z.literal('data'), data: z.looseObject({}) }),
      ]),
    ),
  }),
});
const legacyTask = z.looseObject({ id: z.string() });

/** One request of JSON-RPC: what goes wrong in it is told in its answer, with HTTP's 200. */
export async function answerJsonRpc(
  endpoint: Endpoint,
  backend: A2aBackend,
  call: A2aCall,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const read = readBody(request.body);
  const body = 'problem' in read ? request.body : read.body;
  const checked = checkShape(envelope, body, '');
  if (!checked.ok)
    return sendError(reply, idIn(body), { code: INVALID_REQUEST, message: problemOf(checked.error) });
  const { id = null, method, params } = checked.value;
  const failed = (error: unknown) => ({
    jsonrpc: '2.0',
    id,
    error: toJsonRpcError(errorOf(endpoint, error)),
  });
  try {
    if ('problem' in read) throw invalid(read.problem);
    const version = versionOf(request);
    mustSpeak(version, backend.legacy);
    const handler = backend.handler(call);
    const legacy =
      backend.legacy &&
      (version === A2A_LEGACY_VERSION || (version === undefined && isLegacyJsonRpcMethod(method)));
    if (legacy) checkLegacy(method, params);
    const transport = legacy
      ? new LegacyJsonRpcTransportHandler(handler)
      : new JsonRpcTransportHandler(handler);
    const context = new ServerCallContext({ requestedVersion: version ?? '' });
    const answer = await transport.handle(checked.value, context);
    if (!isStream(answer)) return await reply.type('application/json').send(answer);
    const events = answer[Symbol.asyncIterator]();
    const first = await events.next();
    return await sendEvents(reply, { ...endpoint.pace, events, first, failed });
  } catch (error) {
    return reply.type('application/json').send(failed(error));
  }
}

/** A body that is no JSON, or not JSON at all. */
export const parseError = (reply: FastifyReply): FastifyReply =>
  sendError(reply, null, { code: PARSE_ERROR, message: 'The body is not JSON.' });

export const sendError = (
  reply: FastifyReply,
  id: Id,
  error: { code: number; message: string },
): FastifyReply => reply.code(200).type('application/json').send({ jsonrpc: '2.0', id, error });

function errorOf({ logger }: Endpoint, error: unknown) {
  const known = knownErrorOf(error);
  if (known) return known;
  logger.error({ err: error }, 'an A2A call failed');
  return internalError();
}

function checkLegacy(method: string, params: unknown): void {
  const schema = method.startsWith('message/')
    ? legacyMessage
    : method.startsWith('tasks/')
      ? legacyTask
      : null;
  const shaped = schema && checkShape(schema, params, 'params');
  // What 0.3 calls the task of a push notification is none of these; such calls are refused anyhow.
  if (shaped && !shaped.ok && !method.includes('pushNotificationConfig')) throw invalid(shaped.error);
}

function idIn(body: unknown): Id {
  const id = typeof body === 'object' && body !== null ? (body as { id?: unknown }).id : null;
  return typeof id === 'string' || Number.isInteger(id) ? (id as Id) : null;
}

const problemOf = ({ path, expected }: { path: string; expected: string }): string =>
  path === '' ? `Expected ${expected}.` : `${path}: expected ${expected}`;

function isStream<T extends object, S>(answer: T | AsyncGenerator<S>): answer is AsyncGenerator<S> {
  return Symbol.asyncIterator in answer;
}
