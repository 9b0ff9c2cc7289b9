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

const lost = async ({ peer, participant }: Joined, witness: WebSocketPeer): Promise<void> => {
  const before = witness.frames.length;
  peer.close();
  await witness.until('disconnection', () =>
    witness.frames
      .slice(before)
      .some(
        (frame) => frame['event'] === 'participant.disconnected' && frame['data'].participant === participant,
      ),
  );
};

describe('resuming', () => {
  it('[CS-5] gives the exact suffix when the epoch is the same and the seq is in the log', async () => {
    const { id } = await createConversation(hub);
    const bot = await join(id, agent);
    const ann = await join(id);
    await bot.peer.do('topic.set', id, { topic: 'one' });
    await ann.peer.event('topic.changed');
    await lost(ann, bot.peer);
    for (const topic of ['two', 'three']) await bot.peer.do('topic.set', id, { topic });
    const seen = Math.max(...ann.peer.events().map((event) => event['seq'] as number));
    const back = await greet(await dial(hub));
    const data = await back.do('conversation.join', id, { ...human, resume: { ...ann.resume, seq: seen } });
    expect(data).toMatchObject({ resumed: true, participant: ann.participant });
    await back.event('participant.returned');
    const seqs = back.events().map((event) => event['seq'] as number);
    expect(seqs).toEqual(Array.from({ length: data.seq - seen }, (_, index) => seen + 1 + index));
    expect(back.events().map((event) => event['after'])).toEqual(seqs.map((seq) => seq - 1));
    bot.peer.close();
    back.close();
  });

  it.each([
    ['another epoch', { epoch: 'epc_other' }],
    ['a seq beyond the head', { seq: 9_999 }],
  ])('[CS-5] says resumed: false and gives a snapshot for %s', async (_what, change) => {
    const { id } = await createConversation(hub);
    const bot = await join(id, agent);
    const ann = await join(id);
    await lost(ann, bot.peer);
    const back = await greet(await dial(hub));
    const data = await back.do('conversation.join', id, { ...human, resume: { ...ann.resume, ...change } });
    expect(data).toMatchObject({ resumed: false, participant: ann.participant });
    expect(data.catchUp.state.seq).toBe(data.seq);
    await bot.peer.do('topic.set', id, { topic: 'next' });
    expect((await back.event('topic.changed'))['after']).toBe(data.seq);
    expect(back.events()).toHaveLength(1);
    bot.peer.close();
    back.close();
  });

  it('rotates the token: this one and the one before work, an older one is denied', async () => {
    const { id } = await createConversation(hub);
    const bot = await join(id, agent);
    const ann = await join(id);
    const tokens = [ann.resume.token];
    let peer = ann.peer;
    const resumeWith = async (token: string) => {
      peer = await greet(await dial(hub));
      return peer.ask('conversation.join', id, { ...human, resume: { ...ann.resume, token } });
    };
    for (let turn = 0; turn < 2; turn += 1) {
      const reply = await resumeWith(tokens.at(-1)!);
      tokens.push(reply['data'].resumeToken);
    }
    expect(new Set(tokens).size).toBe(3);
    expect(await resumeWith(tokens[0]!)).toMatchObject({ error: { code: 'resume.denied' } });
    expect(await resumeWith(tokens[1]!)).toMatchObject({ ok: true });
    bot.peer.close();
    peer.close();
  });

  it('denies a token that was changed, or is another participant’s or conversation’s', async () => {
    const { id } = await createConversation(hub);
    const other = await createConversation(hub);
    const ann = await join(id);
    const bot = await join(id, agent);
    const peer = await greet(await dial(hub));
    const attempts: readonly [string, object][] = [
      [id, { ...ann.resume, token: `${ann.resume.token.slice(0, -3)}AAA` }],
      [id, { ...ann.resume, token: 'rsm_x.y' }],
      [id, { ...ann.resume, participant: bot.participant }],
      [other.id, ann.resume],
    ];
    for (const [conversation, resume] of attempts) {
      expect(await peer.ask('conversation.join', conversation, { ...human, resume })).toMatchObject({
        error: { code: 'resume.denied' },
      });
    }
    for (const each of [peer, ann.peer, bot.peer]) each.close();
  });

  it('is over when the membership is: resume.expired', async () => {
    const { id } = await createConversation(hub);
    const ann = await join(id);
    await ann.peer.do('conversation.leave', id);
    expect(await ann.peer.ask('conversation.join', id, { ...human, resume: ann.resume })).toMatchObject({
      error: { code: 'resume.expired' },
    });
    ann.peer.close();
  });

  it('[PR-2] after the grace the participant has left', async () => {
    const { id } = await createConversation(hub, { config: { presence: { reconnectGraceMs: 100 } } });
    const bot = await join(id, agent);
    const ann = await join(id);
    await lost(ann, bot.peer);
    const left = await bot.peer.event('participant.left');
    expect(left['data']).toMatchObject({ participant: ann.participant, cause: 'timeout' });
    const back = await greet(await dial(hub));
    expect(await back.ask('conversation.join', id, { ...human, resume: ann.resume })).toMatchObject({
      error: { code: 'resume.expired' },
    });
    bot.peer.close();
    back.close();
  });

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

  it('[PR-2] comes back without a resume token once its connection is lost', async () => {
    const token = await tokenFor(hub, 'returning');
    const { id } = await createConversation(hub);
    const bot = await join(id, agent);
    const first = await join(id, human, token);
    await lost(first, bot.peer);
    const back = await join(id, human, token);
    expect(back.participant).toBe(first.participant);
    await bot.peer.event('participant.returned');
    back.peer.close();
    bot.peer.close();
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

  it('[PR-2] has returned when it repeats its join after its connection was lost', async () => {
    const token = await tokenFor(hub, 'retrying');
    const { id } = await createConversation(hub);
    const bot = await join(id, agent);
    const first = await greet(await dial(hub), token);
    const answer = await first.ask('conversation.join', id, human, '2');
    await bot.peer.do('topic.set', id, { topic: 'meanwhile' });
    first.close();
    await bot.peer.event('participant.disconnected');
    const second = await greet(await dial(hub), token);
    const again = await second.ask('conversation.join', id, human, '2');
    expect(again).toMatchObject({
      ok: true,
      seq: answer['seq'],
      data: { participant: answer['data'].participant },
    });
    await bot.peer.event('participant.returned');
    await second.event('participant.returned');
    expect(second.events().map((event) => event['after'])).toEqual(
      second.events().map((_, index) => answer['seq'] + index),
    );
    await second.do('conversation.leave', id);
    const third = await greet(await dial(hub), token);
    const anew = await third.ask('conversation.join', id, human, '2');
    expect(anew['ok']).toBe(true);
    expect(anew['data'].participant).not.toBe(answer['data'].participant);
    for (const peer of [bot.peer, second, third]) peer.close();
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
