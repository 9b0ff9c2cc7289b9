import {
  AgentCard,
  ListTasksRequest,
  ListTasksResponse,
  SendMessageRequest,
  SendMessageResponse,
  StreamResponse,
  Task,
  TaskState,
} from '@a2a-js/sdk';
import type { Message } from '@a2a-js/sdk';
import { ContentTypeNotSupportedError } from '@a2a-js/sdk/errors';
import type { A2ARequestHandler } from '@a2a-js/sdk/server';
import { ServerCallContext } from '@a2a-js/sdk/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readBody } from './body.ts';
import { A2A_VERSION } from './card.ts';
import { internalError, invalid, knownErrorOf, restErrorOf, taskNotFound } from './errors.ts';
import type { Endpoint } from './endpoint.ts';
import { sendEvents } from './sse.ts';
import { mustSpeak, versionOf } from './version.ts';

/** Of this binding's answers, as the protocol's own server has it. */
const MEDIA_TYPE = 'application/a2a+json; charset=utf-8';

type Answer = (
  handler: A2ARequestHandler,
  request: FastifyRequest,
  context: ServerCallContext,
) => Promise<unknown> | AsyncGenerator<StreamResponse, void, undefined>;

/** The HTTP+JSON binding of 1.0 below `base`. */
export function restRoutes(server: FastifyInstance, base: string, endpoint: Endpoint): void {
  const on = (method: 'GET' | 'POST' | 'DELETE', path: string, answer: Answer): void => {
    server.route({
      method,
      url: base + path,
      handler: (request, reply) => respond(endpoint, request, reply, answer),
    });
  };
  // Fastify reads `::` as a colon.
  on('POST', '/message::send', async (handler, request, context) =>
    SendMessageResponse.toJSON(resultOf(await handler.sendMessage(sendIn(request), context))),
  );
  on('POST', '/message::stream', (handler, request, context) =>
    handler.sendMessageStream(sendIn(request), context),
  );
  on('GET', '/tasks', async (handler, request, context) =>
    ListTasksResponse.toJSON(await handler.listTasks(listIn(request), context)),
  );
  on('GET', '/extendedAgentCard', async (handler, _request, context) =>
    AgentCard.toJSON(await handler.getAuthenticatedExtendedAgentCard({ tenant: '' }, context)),
  );
  on('GET', '/tasks/:task', (handler, request, context) => {
    const { id, verb } = taskIn(request);
    if (verb === 'subscribe') return handler.resubscribe({ id, tenant: '' }, context);
    if (verb !== null) throw taskNotFound();
    const historyLength = integerIn(request, 'historyLength');
    return handler.getTask({ id, tenant: '', historyLength }, context).then(Task.toJSON);
  });
  on('POST', '/tasks/:task', (handler, request, context) => {
    const { id, verb } = taskIn(request);
    if (verb === 'subscribe') return handler.resubscribe({ id, tenant: '' }, context);
    if (verb !== 'cancel') throw taskNotFound();
    return handler.cancelTask({ id, tenant: '', metadata: undefined }, context).then(Task.toJSON);
  });
  const configs = '/tasks/:task/pushNotificationConfigs';
  // There are none; each backend says so in its own words.
  on('POST', configs, (handler, request, context) =>
    handler.createTaskPushNotificationConfig(
      { tenant: '', id: '', taskId: taskIn(request).id, url: '', token: '', authentication: undefined },
      context,
    ),
  );
  on('GET', configs, (handler, request, context) =>
    handler.listTaskPushNotificationConfigs(
      { tenant: '', taskId: taskIn(request).id, pageSize: 0, pageToken: '' },
      context,
    ),
  );
  on('GET', `${configs}/:config`, (handler, request, context) =>
    handler.getTaskPushNotificationConfig(configIn(request), context),
  );
  on('DELETE', `${configs}/:config`, (handler, request, context) =>
    handler.deleteTaskPushNotificationConfig(configIn(request), context),
  );
}

/** Sends an error as this binding does. */
export function sendRestError(endpoint: Endpoint, reply: FastifyReply, error: unknown): FastifyReply {
  const known = knownErrorOf(error);
  if (!known) endpoint.logger.error({ err: error }, 'an A2A call failed');
  const { status, body, retryAfterMs } = restErrorOf(known ?? internalError());
  if (retryAfterMs !== undefined) {
    void reply.header('retry-after', String(Math.ceil(Number(retryAfterMs) / 1_000)));
  }
  return reply.code(status).type(MEDIA_TYPE).send(body);
}

async function respond(
  endpoint: Endpoint,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
): Promise<FastifyReply> {
  const call = await endpoint.callOf(request, reply);
  try {
    const version = versionOf(request);
    mustSpeak(version, false);
    const context = new ServerCallContext({ requestedVersion: version ?? A2A_VERSION });
    const answered = answer(endpoint.backend.handler(call), request, context);
    if (answered instanceof Promise) return await reply.type(MEDIA_TYPE).send(JSON.stringify(await answered));
    const events = encoded(answered);
    const first = await events.next();
    const failed = (error: unknown) => restErrorOf(knownErrorOf(error) ?? internalError()).body;
    return await sendEvents(reply, { ...endpoint.pace, events, first, failed });
  } catch (error) {
    return sendRestError(endpoint, reply, error);
  }
}

async function* encoded(events: AsyncGenerator<StreamResponse, void, undefined>): AsyncGenerator<unknown> {
  for await (const event of events) yield StreamResponse.toJSON(event);
}

const resultOf = (result: Message | Task): SendMessageResponse =>
  'messageId' in result
    ? { payload: { $case: 'message', value: result } }
    : { payload: { $case: 'task', value: result } };

function sendIn(request: FastifyRequest): SendMessageRequest {
  const type = request.headers['content-type'];
  if (type === undefined)
    throw new ContentTypeNotSupportedError('Expected application/a2a+json or application/json.');
  const read = readBody(request.body);
  if ('problem' in read) throw invalid(read.problem);
  return SendMessageRequest.fromJSON(read.body ?? {});
}

/** `…/tasks/{id}` or `…/tasks/{id}:{verb}`; ids of tasks have no colon. */
function taskIn(request: FastifyRequest): { readonly id: string; readonly verb: string | null } {
  const { task } = request.params as { task: string };
  const colon = task.lastIndexOf(':');
  return colon < 0 ? { id: task, verb: null } : { id: task.slice(0, colon), verb: task.slice(colon + 1) };
}

function configIn(request: FastifyRequest): { tenant: string; taskId: string; id: string } {
  const { config } = request.params as { config: string };
  return { tenant: '', taskId: taskIn(request).id, id: config };
}

function listIn(request: FastifyRequest): ListTasksRequest {
  const query = request.query as Readonly<Record<string, unknown>>;
  const text = (name: string): string => (typeof query[name] === 'string' ? query[name] : '');
  const status = text('status');
  if (status !== '' && !Object.hasOwn(TaskState, status)) {
    throw invalid({ path: 'status', expected: 'a state such as TASK_STATE_WORKING' });
  }
  return {
    ...ListTasksRequest.fromJSON({ contextId: text('contextId'), pageToken: text('pageToken') }),
    status: status === '' ? TaskState.TASK_STATE_UNSPECIFIED : TaskState[status as keyof typeof TaskState],
    pageSize: integerIn(request, 'pageSize'),
    historyLength: integerIn(request, 'historyLength'),
    statusTimestampAfter: text('statusTimestampAfter') || undefined,
    includeArtifacts: text('includeArtifacts') === 'true',
  };
}

function integerIn(request: FastifyRequest, name: string): number | undefined {
  const text = (request.query as Readonly<Record<string, unknown>>)[name];
  if (text === undefined || text === '') return undefined;
  if (typeof text === 'string' && /^-?\d{1,9}$/.test(text)) return Number(text);
  throw invalid({ path: name, expected: 'a whole number' });
}
