import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../app.ts';
import type { WebSocketPeer } from './hub.fixture.ts';
import { call, createConversation, dial, greet, openHub, tokenFor } from './hub.fixture.ts';

let hub: Hub;
let closedHub: Hub;
beforeAll(async () => {
  hub = await openHub();
  closedHub = await openHub({ open: false });
});
afterAll(() => Promise.all([hub.stop(), closedHub.stop()]));

const human = { kind: 'human', displayName: 'Ann' };
const agent = { kind: 'agent', displayName: 'Bot' };

interface Joined {
  readonly peer: WebSocketPeer;
  readonly participant: string;
  readonly resume: { participant: string; token: string; epoch: string; seq: number };
}

const join = async (id: string, data: object = human, token?: string, at = hub): Promise<Joined> => {
  const peer = await greet(await dial(at), token);
  const { participant, resumeToken, epoch, seq } = await peer.do('conversation.join', id, data);
  return { peer, participant, resume: { participant, token: resumeToken, epoch, seq } };
};

describe('resuming', () => {
  it('needs the same principal unless the hub is open; there the guest gets its token again', async () => {
    const annToken = await tokenFor(closedHub, 'ann');
    const { id } = await createConversation(closedHub, {}, annToken);
    const ann = await join(id, human, annToken, closedHub);
    const eve = await greet(await dial(closedHub), await tokenFor(closedHub, 'eve'));
    expect(await eve.ask('conversation.join', id, { ...human, resume: ann.resume })).toMatchObject({
      error: { code: 'resume.denied' },
    });
    const room = await createConversation(hub);
    const guest = await join(room.id);
    const back = await greet(await dial(hub));
    const data = await back.do('conversation.join', room.id, { ...human, resume: guest.resume });
    expect(data.token).toMatch(/^eyJ/);
    const path = `/v1/conversations/${room.id}/commands`;
    const command = await call(hub, 'POST', path, {
      token: data.token,
      body: { id: '1', op: 'floor.request' },
    });
    expect(command.body).toMatchObject({ ok: true, data: { status: 'granted' } });
    for (const peer of [ann.peer, eve, back]) peer.close();
  });
});

describe('one participant per principal', () => {
  it('is refused a second place while it is connected, with its id', async () => {
    const token = await tokenFor(hub, 'twice');
    const { id } = await createConversation(hub);
    const first = await join(id, human, token);
    const second = await greet(await dial(hub), token);
    expect(await second.ask('conversation.join', id, { ...human, displayName: 'Other' })).toMatchObject({
      error: { code: 'participant.already_joined', details: { participant: first.participant } },
    });
    first.peer.close();
    second.close();
  });

  it('[FL-10] repeats a join with its id, on any connection, and gets the first answer', async () => {
    const token = await tokenFor(hub, 'repeating');
    const { id } = await createConversation(hub);
    const first = await greet(await dial(hub), token);
    const answer = await first.ask('conversation.join', id, human, 'join-1');
    const second = await greet(await dial(hub), token);
    const again = await second.ask('conversation.join', id, human, 'join-1');
    for (const key of ['participant', 'resumeToken', 'epoch', 'seq', 'resumed']) {
      expect(again['data'][key], key).toEqual(answer['data'][key]);
    }
    expect(again['seq']).toBe(answer['seq']);
    expect(await first.closing()).toMatchObject({ code: 4409 });
    const conflict = await second.ask('conversation.join', id, { ...human, displayName: 'Anna' }, 'join-1');
    expect(conflict).toMatchObject({ error: { code: 'idempotency.conflict' } });
    second.close();
  });
});

describe('connected elsewhere', () => {
  it('closes the old connection with 4409 where it carries nothing else', async () => {
    const { id } = await createConversation(hub);
    const bot = await join(id, agent);
    const ann = await join(id);
    const back = await greet(await dial(hub));
    expect(await back.ask('conversation.join', id, { ...human, resume: ann.resume })).toMatchObject({
      ok: true,
    });
    expect(await ann.peer.closing()).toMatchObject({ code: 4409 });
    await bot.peer.do('topic.set', id, { topic: 'after' });
    await back.event('topic.changed');
    expect(bot.peer.events().some((event) => event['event'] === 'participant.disconnected')).toBe(false);
    bot.peer.close();
    back.close();
  });

  it('tells the old connection session.replaced where it carries another conversation, which goes on', async () => {
    const one = await createConversation(hub);
    const two = await createConversation(hub);
    const ann = await join(one.id);
    await ann.peer.do('conversation.join', two.id, human);
    const back = await greet(await dial(hub));
    await back.do('conversation.join', one.id, { ...human, resume: ann.resume });
    const told = await ann.peer.event('session.replaced');
    expect(told).toMatchObject({ conversation: one.id, data: { participant: ann.participant } });
    expect(told['seq']).toBeUndefined();
    expect(await ann.peer.ask('topic.set', one.id, { topic: 'x' })).toMatchObject({
      error: { code: 'participant.not_joined' },
    });
    await ann.peer.do('topic.set', two.id, { topic: 'still here' });
    ann.peer.close();
    back.close();
  });

  it('resumes on the same connection after a gap, without closing it', async () => {
    const { id } = await createConversation(hub);
    const ann = await join(id);
    await ann.peer.do('topic.set', id, { topic: 'one' });
    const data = await ann.peer.do('conversation.join', id, { ...human, resume: ann.resume });
    expect(data.resumed).toBe(true);
    await ann.peer.event('participant.returned');
    const changes = ann.peer.events().filter((event) => event['event'] === 'topic.changed');
    expect(changes).toHaveLength(2);
    await ann.peer.do('topic.set', id, { topic: 'two' });
    expect(ann.peer.closedWith).toBeNull();
    ann.peer.close();
  });
});

it('tells clients to reconnect when it stops, and everything it knew is in the log', async () => {
  const stopping = await openHub();
  const { id } = await createConversation(stopping);
  const ann = await join(id, human, undefined, stopping);
  const began = performance.now();
  await stopping.stop();
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(await ann.peer.closing()).toMatchObject({ code: 4503 });
});
