import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../../app.ts';
import { call, createConversation, openHub, OPERATOR_TOKEN, tokenFor } from '../hub.fixture.ts';
import { BINDINGS, clientOf, comeIn, roomOf, saying, stateOf, taskIn, textOf } from './a2a.fixture.ts';

let hub: Hub;
let guarded: Hub;
beforeAll(async () => {
  [hub, guarded] = await Promise.all([
    openHub(),
    openHub({ open: false, publicUrl: 'https://parley.example.org/' }),
  ]);
});
afterAll(() => Promise.all([hub.stop(), guarded.stop()]));

const CARD = '.well-known/agent-card.json';
const V1 = { 'a2a-version': '1.0' };

const rpc = (of: Hub, path: string, body: unknown, headers: Record<string, string> = V1, token?: string) =>
  call(of, 'POST', path, { body, headers, ...(token && { token }) });

const request = (method: string, params: unknown = {}) => ({ jsonrpc: '2.0', id: 7, method, params });

describe('cards', () => {
  it('[A2-5] declare both bindings, streams, and no more than works', async () => {
    const { id } = await createConversation(hub, { title: 'Tea' });
    for (const [path, url, name] of [
      [`/${CARD}`, '/a2a/', 'Parley'],
      [`/a2a/${CARD}`, '/a2a/', 'Parley'],
      [`/a2a/c/${id}/${CARD}`, `/a2a/c/${id}/`, 'Tea'],
    ]) {
      const { status, body } = await call(hub, 'GET', path!, { headers: V1 });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        name,
        supportedInterfaces: [
          { url: hub.url + url, protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
          { url: (hub.url + url).slice(0, -1), protocolBinding: 'HTTP+JSON', protocolVersion: '1.0' },
          { url: hub.url + url, protocolBinding: 'JSONRPC', protocolVersion: '0.3' },
        ],
        capabilities: { streaming: true, pushNotifications: false, extendedAgentCard: false },
      });
      expect(body).not.toHaveProperty('securitySchemes');
      expect(body).not.toHaveProperty('url');
    }
  });

  it('[A2-5] ask for a bearer token where the hub does, at the hub’s public address', async () => {
    const { body } = await call(guarded, 'GET', `/${CARD}`, { headers: V1 });
    expect(body).toMatchObject({
      supportedInterfaces: [{ url: 'https://parley.example.org/a2a/' }, {}, {}],
      securitySchemes: { bearer: { httpAuthSecurityScheme: { scheme: 'Bearer' } } },
      securityRequirements: [{ schemes: { bearer: {} } }],
    });
  });

  it('[A2-5] have the fields of 0.3 for who does not say that it speaks 1.0', async () => {
    const { body } = await call(guarded, 'GET', `/${CARD}`);
    expect(body).toMatchObject({
      protocolVersion: '0.3.0',
      url: 'https://parley.example.org/a2a/',
      preferredTransport: 'JSONRPC',
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      security: [{ bearer: [] }],
    });
    expect(body.supportedInterfaces).toHaveLength(3);
  });

  it('[A2-5] tell nobody whether there is a conversation that it may not know of', async () => {
    const owner = await tokenFor(guarded, 'owner');
    const { id } = await createConversation(guarded, { title: 'Secret' }, owner);
    const at = (room: string, token?: string) =>
      call(guarded, 'GET', `/a2a/c/${room}/${CARD}`, { headers: V1, ...(token && { token }) });
    const [hidden, missing] = [await at(id), await at('cnv_missing')];
    expect(hidden.status).toBe(200);
    expect(JSON.stringify(hidden.body).replaceAll(id, 'cnv_missing')).toBe(JSON.stringify(missing.body));
    const stranger = await tokenFor(guarded, 'stranger', { scopes: ['create'] });
    const refused = await at(id, stranger);
    expect(refused.status).toBe(404);
    expect(refused.body).toEqual((await at('cnv_missing', stranger)).body);
    expect((await at(id, owner)).body.name).toBe('Secret');
    expect((await at(id, 'wrong')).status).toBe(401);
    expect((await at('a%2Fb')).status).toBe(404);
  });

  it('[A2-5] are not sent again to who has them', async () => {
    const { headers } = await call(hub, 'GET', `/${CARD}`, { headers: V1 });
    const again = await call(hub, 'GET', `/${CARD}`, {
      headers: { ...V1, 'if-none-match': headers.get('etag')! },
    });
    expect(again).toMatchObject({ status: 304, body: '' });
  });
});

describe('the hub’s own endpoint', () => {
  it.each(BINDINGS)('[A2-5] joins the conversation that a message names, over %s', async (binding) => {
    const { id } = await createConversation(hub, { title: 'Named' });
    const client = await clientOf(hub, '/', binding);
    const task = await comeIn(client, 'Bot', { contextId: id });
    expect(task.contextId).toBe(id);
    expect(stateOf(await client.getTask({ tenant: '', id: task.id }))).toBe('TASK_STATE_WORKING');
    // It is the same task at the conversation's own endpoint.
    const own = await clientOf(hub, roomOf(id), binding);
    expect(stateOf(await own.getTask({ tenant: '', id: task.id }))).toBe('TASK_STATE_WORKING');
  });

  it('[A2-5] asks which conversation is meant, and names those that the caller may list', async () => {
    const ada = await tokenFor(guarded, 'ada');
    const { id } = await createConversation(guarded, { title: 'Mine' }, ada);
    await createConversation(guarded, { title: 'Other' }, await tokenFor(guarded, 'bob'));
    const { body } = await rpc(
      guarded,
      '/a2a/',
      request('SendMessage', { message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'Hi' }] } }),
      V1,
      ada,
    );
    expect(body.result.message.parts[1].data.conversations).toEqual([
      { contextId: id, title: 'Mine', status: 'active' },
    ]);
    const missing = await rpc(
      guarded,
      '/a2a/',
      request('SendMessage', {
        message: { messageId: 'm', contextId: 'cnv_no', role: 'ROLE_USER', parts: [{ text: 'Hi' }] },
      }),
      V1,
      ada,
    );
    expect(missing.body.error).toMatchObject({ code: -32_001 });
  });

  it('[A2-6] lists the caller’s memberships page by page', async () => {
    const carl = await tokenFor(guarded, 'carl');
    const client = await clientOf(guarded, '/', 'HTTP+JSON', carl).catch(() => null);
    // Its card names the public address, so the calls are made by hand.
    expect(client).not.toBeNull();
    const rooms: string[] = [];
    for (const title of ['One', 'Two']) {
      const { id } = await createConversation(guarded, { title }, carl);
      rooms.push(id);
      await rpc(
        guarded,
        `/a2a/c/${id}/`,
        request('SendMessage', {
          message: { messageId: title, role: 'ROLE_USER', parts: [{ text: '' }] },
          configuration: { returnImmediately: true },
        }),
        V1,
        carl,
      );
    }
    const page = (query: string) => call(guarded, 'GET', `/a2a/tasks${query}`, { token: carl, headers: V1 });
    const first = (await page('?pageSize=1')).body;
    const second = (await page(`?pageSize=1&pageToken=${first.nextPageToken}`)).body;
    expect(
      [first, second]
        .flatMap(({ tasks }) => tasks.map((task: { contextId: string }) => task.contextId))
        .toSorted(),
    ).toEqual(rooms.toSorted());
    expect((await page(`?contextId=${rooms[0]}`)).body.tasks).toHaveLength(1);
    expect((await page('?status=TASK_STATE_COMPLETED')).body.tasks ?? []).toEqual([]);
    for (const [query, field] of [
      ['?pageSize=0', 'pageSize'],
      ['?pageSize=x', 'pageSize'],
      ['?status=x', 'status'],
      ['?pageToken=x', 'pageToken'],
      ['?statusTimestampAfter=x', 'statusTimestampAfter'],
      ['?historyLength=-1', 'historyLength'],
    ]) {
      const { status, body } = await page(query!);
      expect(status).toBe(400);
      expect(body.error.details[0]).toMatchObject({ metadata: { code: 'request.invalid', path: field } });
    }
  });
});

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

it('[A2-5] a hub that stops ends its streams, and its calls are told to come back', async () => {
  const own = await openHub();
  const { id } = await createConversation(own);
  const client = await clientOf(own, roomOf(id), 'HTTP+JSON');
  const stream = client.sendMessageStream(saying('', {}));
  await stream.next();
  const blocked = client.sendMessage(saying('Hello', {}));
  const events: unknown[] = [];
  const reading = (async () => {
    for await (const event of stream) {
      events.push(event);
      const text =
        event.payload?.$case === 'artifactUpdate' ? textOf(event.payload.value.artifact?.parts) : '';
      if (text === 'Hello') await own.stop();
    }
  })().catch((error: unknown) => error);
  await reading;
  await blocked.catch((error: unknown) => error);
  await expect(fetch(own.url)).rejects.toThrow();
});
