import { ClientFactory, ClientFactoryOptions, JsonRpcTransportFactory } from '@a2a-js/sdk-0.3/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../../app.ts';
import { call, createConversation, openHub, tokenFor } from '../hub.fixture.ts';
import { Person, roomOf } from './a2a.fixture.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await openHub();
});
afterAll(() => hub.stop());

const send = (text: string, more: object = {}, configuration: object = { blocking: false }) => ({
  message: {
    kind: 'message' as const,
    role: 'user' as const,
    messageId: crypto.randomUUID(),
    parts: [{ kind: 'text' as const, text }],
    ...more,
  },
  configuration,
});

const named = (displayName: string) => ({ metadata: { parley: { join: { displayName } } } });

describe('an agent of A2A 0.3, through the SDK of that line', () => {
  it('[A2-5] finds the endpoint by the card, joins, and takes turns', async () => {
    const { id } = await createConversation(hub, { title: 'Old friends' });
    const ann = await Person.join(hub, id);
    const client = await new ClientFactory().createFromUrl(`${hub.url}${roomOf(id)}`);
    const first = client.sendMessage(send('Good day.', named('Elder'), { blocking: true }));
    await ann.hears('Good day.');
    await ann.say('Welcome back.');
    const task = await first;
    if (task.kind !== 'task') throw new Error('no task');
    expect(task).toMatchObject({ contextId: id, status: { state: 'input-required' } });
    const [part] = task.status.message!.parts;
    expect(part).toMatchObject({ kind: 'text', text: expect.stringContaining('[Ann]: Welcome back.') });
    await client.sendMessage(send('Thank you.', { taskId: task.id }));
    await ann.hears('Thank you.');
    expect(await client.getTask({ id: task.id })).toMatchObject({
      kind: 'task',
      status: { state: 'working' },
    });
    expect(await client.cancelTask({ id: task.id })).toMatchObject({ status: { state: 'canceled' } });
    await ann.peer.event('participant.left');
    await expect(client.cancelTask({ id: task.id })).rejects.toMatchObject({
      name: 'TaskNotCancelableError',
    });
    await expect(client.getTask({ id: 'tsk_none' })).rejects.toMatchObject({ name: 'TaskNotFoundError' });
    ann.peer.close();
  });

  it('[A2-6] follows the room as a stream', async () => {
    const { id } = await createConversation(hub);
    const ann = await Person.join(hub, id);
    const client = await new ClientFactory().createFromUrl(`${hub.url}${roomOf(id)}`);
    const kinds: string[] = [];
    for await (const event of client.sendMessageStream(send('', named('Elder')))) {
      kinds.push(event.kind);
      if (event.kind === 'task') void ann.say('Are you there?');
      if (event.kind === 'artifact-update') {
        expect(event).toMatchObject({
          lastChunk: true,
          artifact: { name: 'Ann', parts: [{ text: 'Are you there?' }] },
        });
      }
      if (event.kind === 'status-update' && event.status.state === 'input-required') break;
    }
    expect(kinds[0]).toBe('task');
    expect(kinds).toContain('artifact-update');
    ann.peer.close();
  });

  it('[A2-5] sends its token as the card says', async () => {
    const guarded = await openHub({ open: false });
    try {
      const token = await tokenFor(guarded, 'elder');
      const { id } = await createConversation(guarded, {}, token);
      const fetchImpl: typeof fetch = (input, init) => {
        const headers = new Headers(init?.headers);
        headers.set('authorization', `Bearer ${token}`);
        return fetch(input, { ...init, headers });
      };
      const factory = new ClientFactory(
        ClientFactoryOptions.createFrom(ClientFactoryOptions.default, {
          transports: [new JsonRpcTransportFactory({ fetchImpl })],
        }),
      );
      const client = await factory.createFromUrl(`${guarded.url}${roomOf(id)}`);
      const task = await client.sendMessage(send('', named('Elder')));
      expect(task).toMatchObject({ kind: 'task', status: { state: 'working' } });
    } finally {
      await guarded.stop();
    }
  });

  it('[A2-5] is told what is wrong with what it sends', async () => {
    const { id } = await createConversation(hub);
    const rpc = (method: string, params: unknown) =>
      call(hub, 'POST', roomOf(id), { body: { jsonrpc: '2.0', id: 1, method, params } });
    const { parts: _, ...bare } = send('Hi').message;
    for (const [method, params] of [
      ['message/send', {}],
      ['message/send', { message: bare }],
      ['message/send', { message: { ...bare, parts: [{ kind: 'smell' }] } }],
      ['message/send', { message: { ...bare, parts: [{ kind: 'file' }] } }],
      ['message/stream', { message: { ...bare, parts: 'Hi' } }],
      ['tasks/get', {}],
    ] as const) {
      const { status, body } = await rpc(method, params);
      expect(status).toBe(200);
      expect(body.error, method).toMatchObject({ code: -32_602 });
    }
    expect(
      (
        await rpc('tasks/pushNotificationConfig/set', {
          taskId: 'x',
          pushNotificationConfig: { url: 'https://e.org' },
        })
      ).body.error.code,
    ).toBe(-32_003);
    expect((await rpc('message/sing', {})).body.error.code).toBe(-32_601);
  });
});
