import { afterEach, expect, it } from 'vitest';
import type { Hub } from '../app.ts';
import { StorageError } from '../ports/event-log.ts';
import { Between } from './between.fixture.ts';
import type { WebSocketPeer } from './hub.fixture.ts';
import { call, createConversation, dial, greet, openHub, tokenFor } from './hub.fixture.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Bob was missed: he joined by HTTP, and has not called for longer than his lease lasts. */
async function missed(between: Between, values: object = {}) {
  const hub: Hub = await openHub({ open: false, pollLeaseMs: 100, ...values }, { around: between.around });
  closing.push(() => hub.stop());
  const [moderator, token] = [await tokenFor(hub, 'mo'), await tokenFor(hub, 'bob')];
  const { id } = await createConversation(hub, {}, moderator);
  const mo: WebSocketPeer = await greet(await dial(hub), moderator);
  closing.push(() => mo.close());
  await mo.do('conversation.join', id, { kind: 'human', displayName: 'Mo' });
  const { body } = await call(hub, 'POST', `/v1/conversations/${id}/participants`, {
    token,
    body: { kind: 'agent', displayName: 'Bob' },
  });
  await mo.event('participant.disconnected');
  const stream = () =>
    fetch(`${hub.url}/v1/conversations/${id}/events`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(5_000),
    });
  return { id, participant: body.participant as string, stream };
}

it('[RT-7] a stream of somebody who is removed while it brings him back is refused', async () => {
  const between = new Between();
  const { id, participant, stream } = await missed(between);
  between.after = {
    op: 'connection.restored',
    task: (inner) =>
      inner.submit(id, {
        op: 'participant.remove',
        data: { participant },
        author: { participant: null, steward: true },
      }),
  };
  const response = await stream();
  expect([response.status, await response.json()]).toMatchObject([404, { code: 'not_found' }]);
});

it('[CN-2] a stream that cannot start gives its connection back', async () => {
  const between = new Between();
  // Mo's connection is the other one.
  const { stream } = await missed(between, { limits: { connectionsFromLoopback: 2 } });
  const failure = new StorageError('storage.unavailable', 'told to fail');
  between.after = {
    op: 'connection.restored',
    task: async () => {
      between.failure = failure;
    },
  };
  const refused = await stream();
  expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'storage.unavailable' }]);
  const response = await stream();
  expect(response.status).toBe(200);
  await response.body!.cancel();
});
