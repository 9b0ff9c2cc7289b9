import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Hub } from '../app.ts';
import type { Conversations } from '../host/submission.ts';
import { call, createConversation, dial, greet, openHub, tokenFor } from './hub.fixture.ts';

let hub: Hub;
/** Losses that were handed in, and are decided when they are told to be. */
const losses: (() => Promise<unknown>)[] = [];
const around = (inner: Conversations): Conversations => ({
  submit: (conversation, submission) => {
    const decide = () => inner.submit(conversation, submission);
    if (submission.op !== 'connection.lost') return decide();
    return new Promise((resolve, reject) => losses.push(() => decide().then(resolve, reject)));
  },
  state: (conversation) => inner.state(conversation),
  readEvents: (...args) => inner.readEvents(...args),
  subscribe: (listener) => inner.subscribe(listener),
});
beforeAll(async () => void (hub = await openHub({}, { around })));
afterAll(() => hub.stop());

it('[PR-2] [FL-10] a join that is repeated while the loss of its connection is being written is a return', async () => {
  const token = await tokenFor(hub, 'ann');
  const ann = { kind: 'human', displayName: 'Ann' };
  const { id } = await createConversation(hub);
  const first = await greet(await dial(hub), token);
  const joined = await first.ask('conversation.join', id, ann, 'my-join');
  first.ws.terminate();
  await expect.poll(() => losses.length).toBe(1);
  // It never heard the answer, and asks again on another connection.
  const second = await greet(await dial(hub), token);
  const again = await second.ask('conversation.join', id, ann, 'my-join');
  expect(again).toMatchObject({ ok: true, seq: joined['seq'] });
  await losses[0]!();
  const { body } = await call(hub, 'GET', `/v1/conversations/${id}`, { token });
  expect(body.participants).toMatchObject([{ displayName: 'Ann', presence: { status: 'active' } }]);
  await second.do('topic.set', id, { topic: 'here' });
  second.close();
  await expect.poll(() => losses.length).toBe(2);
  await losses[1]!();
});
