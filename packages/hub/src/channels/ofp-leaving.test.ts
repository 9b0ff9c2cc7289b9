import { expect, it } from 'vitest';
import { call, createConversation } from './hub.fixture.ts';
import type { Json } from './ofp/ofp.fixture.ts';
import { ACCEPT, Assistant, person, start, types } from './ofp/ofp.fixture.ts';

const REMOVED = '@brokenPolicy removed: spam';

/** Ann and the assistant Olive, whom a moderator may remove. */
async function scene() {
  const hub = await start();
  const { id, token } = await createConversation(hub);
  const ann = await person(hub, id);
  const olive = new Assistant(hub, id, 'olive');
  await olive.send([ACCEPT]);
  const isOlive = ({ data }: Json) => data.participant.displayName === 'olive';
  const participant: string = (await ann.event('participant.joined', isOlive))['data'].participant.id;
  const remove = () =>
    call(hub, 'POST', `/v1/conversations/${id}/commands`, {
      token,
      body: { id: 'r', op: 'participant.remove', data: { participant, reason: 'spam' } },
    });
  return { id, ann, olive, participant, remove };
}

it('[OF-7] who is removed while it waits is told so at once', async () => {
  const { olive, remove } = await scene();
  const waiting = olive.post([], { prefer: 'wait=20' });
  await remove();
  const { status, body } = await waiting;
  expect(status).toBe(200);
  expect(body['openFloor'].events.at(-1)).toMatchObject({ eventType: 'uninvite', reason: REMOVED });
  expect(JSON.stringify(body['openFloor'].conversation)).not.toContain('Ann');
});

it('[OF-7] who is removed while its words wait for their turn is told so', async () => {
  const { id, olive, participant, ann, remove } = await scene();
  await ann.do('floor.request', id);
  const waiting = olive.say('Me too.', {}, { prefer: 'wait=20' });
  await ann.event('floor.requested', ({ data }: Json) => data['participant'] === participant);
  await remove();
  expect((await waiting).at(-1)).toMatchObject({ eventType: 'uninvite', reason: REMOVED });
});

it('[OF-7] who was removed is told so before it may come back, whatever it posts', async () => {
  const { olive, ann, remove } = await scene();
  await remove();
  const told = await olive.say('Buy oil!');
  expect(told).toEqual([{ eventType: 'uninvite', reason: REMOVED }]);
  expect(olive.conversation['conversants']).toHaveLength(1);
  expect(ann.events().some((event) => event['event'] === 'speech.ended')).toBe(false);
  expect(types(await olive.send([ACCEPT]))).toEqual(['invite']);
});

it('[OF-7] a member that stops posting is missed after a lease, and the end of the conversation is told', async () => {
  const hub = await start({ callLeaseMs: 300 });
  const { id, token } = await createConversation(hub);
  const ann = await person(hub, id);
  const olive = new Assistant(hub, id, 'olive');
  await olive.send([ACCEPT]);
  await olive.wait(1);
  expect(ann.events().some((event) => event['event'] === 'participant.disconnected')).toBe(false);
  await ann.event('participant.disconnected');
  await olive.send([]);
  await ann.event('participant.returned');
  await call(hub, 'POST', `/v1/conversations/${id}/commands`, {
    token,
    body: { id: 'e', op: 'conversation.end', data: {} },
  });
  expect(types(await olive.wait())).toEqual(['uninvite']);
});
