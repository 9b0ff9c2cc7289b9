import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../../app.ts';
import { call, createConversation, openHub, tokenFor } from '../hub.fixture.ts';
import { BINDINGS, CARD, clientOf, comeIn, request, roomOf, rpc, stateOf, V1 } from './a2a.fixture.ts';

let hub: Hub;
let guarded: Hub;
beforeAll(async () => {
  [hub, guarded] = await Promise.all([
    openHub(),
    openHub({ open: false, publicUrl: 'https://parley.example.org/' }),
  ]);
});
afterAll(() => Promise.all([hub.stop(), guarded.stop()]));

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
    expect([first, second].map(({ totalSize }) => totalSize)).toEqual([2, 2]);
    // Of those that were asked for, not of all that there are.
    expect((await page('?pageSize=1&status=TASK_STATE_COMPLETED')).body.totalSize ?? 0).toBe(0);
    expect((await page('')).body.totalSize).toBe(2);
    expect((await page(`?contextId=${rooms[0]}`)).body).toMatchObject({
      tasks: [{ contextId: rooms[0] }],
      totalSize: 1,
    });
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
