import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../../app.ts';
import { call, createConversation, openHub, OPERATOR_TOKEN, tokenFor } from '../hub.fixture.ts';
import {
  BINDINGS,
  CARD,
  clientOf,
  comeIn,
  follow,
  request,
  roomOf,
  rpc,
  saying,
  stateOf,
  taskIn,
  V1,
} from './a2a.fixture.ts';

let hub: Hub;
let guarded: Hub;
beforeAll(async () => {
  [hub, guarded] = await Promise.all([openHub(), openHub({ open: false })]);
});
afterAll(() => Promise.all([hub.stop(), guarded.stop()]));

describe('bad input', () => {
  let path: string;
  beforeAll(async () => {
    path = roomOf((await createConversation(hub)).id);
  });
  const message = (more: object) => ({
    message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'Hi' }], ...more },
  });

  it('[A2-5] is told by JSON-RPC’s own errors', async () => {
    const raw = async (body: string, type = 'application/json') => {
      const headers = { ...V1, 'content-type': type };
      const response = await fetch(hub.url + path, { method: 'POST', body, headers });
      expect(response.status).toBe(200);
      return (await response.json()) as { id: unknown; error: { code: number } };
    };
    expect(await raw('{"jsonrpc"')).toMatchObject({ id: null, error: { code: -32_700 } });
    expect(await raw('[]')).toMatchObject({ id: null, error: { code: -32_600 } });
    expect(await raw('{"jsonrpc":"1.0","id":"x","method":"GetTask"}')).toMatchObject({
      id: 'x',
      error: { code: -32_600 },
    });
    expect(await raw('{"jsonrpc":"2.0","id":{},"method":"GetTask"}')).toMatchObject({
      id: null,
      error: { code: -32_600 },
    });
    expect(await raw('hi', 'text/plain')).toMatchObject({ error: { code: -32_005 } });
    expect((await rpc(hub, path, request('Nothing'))).body).toMatchObject({
      id: 7,
      error: { code: -32_601 },
    });
    expect((await rpc(hub, path, request('GetTask', []))).body.error.code).toBe(-32_602);
  });

  it.each([
    ['message', {}],
    ['message.messageId', message({ messageId: '' })],
    ['message.parts', message({ parts: [] })],
    ['message.parts.0', message({ parts: [{}] })],
    ['message.text', message({ parts: [{ text: 'x'.repeat(32_001) }] })],
    ['message.contextId', message({ contextId: 'cnv_other' })],
    [
      'message.metadata.parley.join.displayName',
      message({ metadata: { parley: { join: { displayName: '' } } } }),
    ],
    ['message.metadata.parley.nothing', message({ metadata: { parley: { nothing: 1 } } })],
    ['message.metadata.parley.speech.grant', message({ metadata: { parley: { speech: { grant: 1 } } } })],
    ['configuration.historyLength', { ...message({}), configuration: { historyLength: -1 } }],
  ])('[A2-5] is refused with its exact path: %s', async (expected, params) => {
    const seqOf = async () =>
      (await call(hub, 'GET', path.replace('/a2a/c/', '/v1/conversations/').slice(0, -1))).body.seq;
    const before = await seqOf();
    const { body } = await rpc(hub, path, request('SendMessage', params));
    expect(body.error).toMatchObject({
      code: -32_602,
      data: [{ metadata: { code: 'request.invalid', path: expected } }],
    });
    const rest = await call(hub, 'POST', `${path}message:send`, { body: params, headers: V1 });
    expect(rest).toMatchObject({ status: 400, body: { error: { status: 'INVALID_ARGUMENT' } } });
    expect(rest.body.error.details[0].metadata).toMatchObject({ path: expected });
    expect(await seqOf()).toBe(before);
  });

  it('[A2-5] has no keys that change what an object is, and is not too deep', async () => {
    const forbidden = `{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"messageId":"m","parts":[],"metadata":{"__proto__":{"a":1}}}}}`;
    const response = await fetch(hub.url + path, {
      method: 'POST',
      headers: { ...V1, 'content-type': 'application/json' },
      body: forbidden,
    });
    expect(await response.json()).toMatchObject({
      error: { code: -32_602, data: [{ metadata: { path: 'params.message.metadata.__proto__' } }] },
    });
    let deep: unknown = 1;
    for (let level = 0; level < 20; level += 1) deep = [deep];
    const { body } = await rpc(hub, path, request('SendMessage', message({ metadata: { deep } })));
    expect(body.error.code).toBe(-32_602);
  });

  it('[A2-5] is not read beyond 64 KiB', async () => {
    const { status, body } = await rpc(
      hub,
      path,
      request('SendMessage', message({ parts: [{ text: 'x'.repeat(70_000) }] })),
    );
    expect(status).toBe(413);
    expect(body).toMatchObject({ code: 'request.too_large' });
  });
});

describe('versions and what there is not', () => {
  it('[A2-5] another version of the protocol is refused on both bindings', async () => {
    const { id } = await createConversation(hub);
    const other = { 'a2a-version': '99.0' };
    const { body } = await rpc(hub, roomOf(id), request('GetTask', { id: 'x' }), other);
    expect(body.error).toMatchObject({ code: -32_009 });
    for (const version of ['99.0', '0.3', 'x']) {
      const rest = await call(hub, 'GET', `${roomOf(id)}tasks/x`, { headers: { 'a2a-version': version } });
      expect(rest).toMatchObject({
        status: 400,
        body: { error: { details: [{ reason: 'VERSION_NOT_SUPPORTED' }] } },
      });
    }
  });

  it.each(BINDINGS)('[A2-5] push notifications and extended cards are refused over %s', async (binding) => {
    const { id } = await createConversation(hub);
    const client = await clientOf(hub, roomOf(id), binding);
    const task = await comeIn(client);
    const config = {
      tenant: '',
      taskId: task.id,
      id: 'c',
      url: 'https://example.org',
      token: '',
      authentication: undefined,
    };
    const unsupported = { name: 'PushNotificationNotSupportedError' };
    const path = `${roomOf(id)}tasks/${task.id}/pushNotificationConfigs`;
    for (const [method, at] of [
      ['POST', path],
      ['GET', path],
      ['GET', `${path}/c`],
      ['DELETE', `${path}/c`],
    ] as const) {
      const rest = await call(hub, method, at, { headers: V1, ...(method === 'POST' && { body: config }) });
      expect(rest.body.error.details[0].reason).toBe('PUSH_NOTIFICATION_NOT_SUPPORTED');
    }
    const { body } = await rpc(hub, roomOf(id), request('CreateTaskPushNotificationConfig', config));
    expect(body.error.code).toBe(-32_003);
    const send = saying('Hi', { taskId: task.id });
    send.configuration!.taskPushNotificationConfig = config;
    await expect(client.sendMessage(send)).rejects.toMatchObject(unsupported);
    const extended = await rpc(hub, roomOf(id), request('GetExtendedAgentCard'));
    expect(extended.body.error.code).toBe(-32_004);
  });
});

describe('who may call', () => {
  it('[A2-5] nobody without a token, and the answer says which kind', async () => {
    const { id } = await createConversation(guarded, {}, OPERATOR_TOKEN);
    for (const token of [undefined, 'wrong']) {
      for (const answer of [
        await rpc(guarded, roomOf(id), request('GetTask', { id: 'x' }), V1, token),
        await call(guarded, 'GET', `${roomOf(id)}tasks/x`, { headers: V1, ...(token && { token }) }),
      ]) {
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="parley"');
        expect(answer.body.code).toBe(token === undefined ? 'auth.required' : 'auth.invalid');
      }
    }
  });

  it('[A2-5] no page of a foreign origin, and none under a foreign name', async () => {
    const { id } = await createConversation(hub);
    const foreign = await rpc(hub, roomOf(id), request('GetTask', { id: 'x' }), {
      ...V1,
      origin: 'https://evil.example',
    });
    expect(foreign).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
    // fetch does not let a program choose the Host header.
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(hub.port, '127.0.0.1', () =>
        socket.write(`GET /${CARD} HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n`),
      );
      let text = '';
      socket.on('data', (data) => (text += data.toString()));
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('[A2-5] cannot tell a hidden conversation from a missing one by sending, either', async () => {
    const { id } = await createConversation(guarded, {}, OPERATOR_TOKEN);
    const stranger = await tokenFor(guarded, 'stranger2', { scopes: ['create'] });
    const send = (room: string) =>
      rpc(
        guarded,
        roomOf(room),
        request('SendMessage', { message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'Hi' }] } }),
        V1,
        stranger,
      );
    const [hidden, missing] = [await send(id), await send('cnv_missing')];
    expect(hidden.body.error).toMatchObject({ code: -32_001 });
    expect(hidden.body).toEqual(missing.body);
  });

  it('[A2-5] no more often than anybody else, and no more calls may be open at once', async () => {
    const own = await openHub({
      limits: { commandsPerSecond: 1, commandsBurst: 4, connectionsFromLoopback: 1 },
    });
    try {
      const { id } = await createConversation(own);
      const client = await clientOf(own, roomOf(id), 'JSONRPC');
      const stream = client.sendMessageStream(saying('', {}));
      const first = await stream.next();
      expect(first.value?.payload?.$case).toBe('task');
      const task = taskIn(
        first.value && first.value.payload?.$case === 'task' ? first.value.payload.value : null,
      );
      const second = await rpc(own, roomOf(id), request('SubscribeToTask', { id: task.id }));
      expect(second.body.error).toMatchObject({
        code: -32_603,
        data: [{ reason: 'RATE_LIMITED', metadata: { code: 'rate.limited' } }],
      });
      const third = await rpc(own, roomOf(id), request('GetTask', { id: task.id }));
      expect(third).toMatchObject({ status: 429, body: { code: 'rate.limited' } });
      await stream.return();
    } finally {
      await own.stop();
    }
  });
});

it('[A2-5] a hub that stops ends its streams and answers the calls that wait', async () => {
  const own = await openHub();
  const { id } = await createConversation(own);
  const client = await clientOf(own, roomOf(id), 'HTTP+JSON');
  const stream = follow(client, saying('', { parley: { join: { displayName: 'Stream' } } }));
  await stream.until('task', ({ payload }) => payload?.$case === 'task');
  const blocked = client.sendMessage(saying('', { parley: { join: { displayName: 'Block' } } }));
  await stream.status('TASK_STATE_WORKING', 'participant.joined');
  await own.stop();
  expect(await stream.ended).toBeNull();
  expect(stateOf(taskIn(await blocked))).toBe('TASK_STATE_WORKING');
});
