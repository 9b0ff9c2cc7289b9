import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../app.ts';
import type { TestPeer } from './hub.fixture.ts';
import { call, createConversation, DUPLEX, greet, openHub } from './hub.fixture.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await openHub();
});
afterAll(() => hub.stop());

const headOf = async (id: string): Promise<number> =>
  (await call(hub, 'GET', `/v1/conversations/${id}`)).body.seq as number;

const human = { kind: 'human', displayName: 'Ann' };
const agent = { kind: 'agent', displayName: 'Bot' };

describe.each(Object.entries(DUPLEX))('over %s', (_name, connect) => {
  const joined = async (id: string, data: object = human): Promise<TestPeer> => {
    const peer = await greet(await connect(hub));
    await peer.do('conversation.join', id, data);
    return peer;
  };

  it('[CN-1] greets with principal, protocol, heartbeat and time, and gives a guest its token', async () => {
    const peer = await connect(hub);
    const data = await peer.do('hello', undefined, { client: 'test' });
    expect(data).toMatchObject({ protocol: '1.0.0', heartbeatMs: 15_000 });
    expect(data.principal).toMatch(/^gst_/);
    expect(data.token.split('.')).toHaveLength(3);
    expect(Math.abs(Date.parse(data.serverTime) - Date.now())).toBeLessThan(5_000);
    peer.close();
  });

  it('[CU-1] answers a join with the state as of its seq, and the chain begins there', async () => {
    const { id } = await createConversation(hub, { title: 'Room' });
    const ann = await joined(id);
    const bot = await greet(await connect(hub));
    const data = await bot.do('conversation.join', id, {
      ...agent,
      metadata: { version: 2 },
      catchUp: { last: 1 },
    });
    expect(data).toMatchObject({ resumed: false, catchUp: { missed: data.seq - 1, waiting: [] } });
    expect(data.catchUp.state).toMatchObject({ title: 'Room', seq: data.seq, epoch: data.epoch });
    expect(data.catchUp.events.map((event: { seq: number }) => event.seq)).toEqual([data.seq]);
    const joinedEvent = await ann.event('participant.joined');
    expect(joinedEvent['data']).toMatchObject({
      participant: { id: data.participant },
      metadata: { version: 2 },
    });
    expect(joinedEvent['by']).toBe(data.participant);
    await bot.do('floor.request', id);
    await bot.event('floor.granted');
    expect(bot.events().map((event) => event['after'])).toEqual([data.seq, data.seq + 1]);
    expect(bot.events()[0]!['event']).toBe('floor.requested');
    ann.close();
    bot.close();
  });

  it('[FL-5] refuses speech of whoever does not hold the floor, appends nothing and stays', async () => {
    const { id } = await createConversation(hub);
    const ann = await joined(id);
    const before = await headOf(id);
    const reply = await ann.ask('speech', id, { grant: 1, text: 'me first' });
    expect(reply).toMatchObject({ ok: false, error: { code: 'floor.not_holder', retryable: false } });
    expect(await headOf(id)).toBe(before);
    const { grant } = await ann.do('floor.request', id);
    await ann.do('speech', id, { grant, text: 'now' });
    const stale = await ann.ask('speech', id, { grant, text: 'again' });
    expect(stale).toMatchObject({ ok: false, error: { code: 'floor.stale_grant' } });
    ann.close();
  });

  it('[FL-6] tells everybody the release and the next grant with one reply', async () => {
    const { id } = await createConversation(hub);
    const ann = await joined(id);
    const bot = await joined(id, agent);
    const { grant } = await ann.do('floor.request', id);
    expect(await bot.do('floor.request', id)).toMatchObject({ status: 'accepted', queuePosition: 1 });
    const reply = await ann.ask('speech', id, { grant, text: 'Hello' });
    const next = await bot.event('floor.granted', (frame) => frame['seq'] === reply['seq']);
    expect(next['data'].grant).toBe(next['seq']);
    const said = await bot.event('speech.ended');
    expect(said['data']).toMatchObject({ text: 'Hello', utterance: reply['data'].utterance });
    ann.close();
    bot.close();
  });

  it('[RT-1] streams pieces of speech to everybody, keeps the whole once, and answers no piece', async () => {
    const { id } = await createConversation(hub);
    const ann = await joined(id);
    const bot = await joined(id, agent);
    const { grant } = await ann.do('floor.request', id);
    const { utterance } = await ann.do('speech.start', id, { grant });
    ann.sendText(
      JSON.stringify({ id: 'd1', op: 'speech.delta', conversation: id, data: { utterance, text: 'one ' } }),
    );
    ann.sendText(
      JSON.stringify({ id: 'd2', op: 'speech.delta', conversation: id, data: { utterance, text: 'two' } }),
    );
    await ann.do('speech.end', id, { utterance });
    const ended = await bot.event('speech.ended');
    expect(ended['data'].text).toBe('one two');
    const pieces = bot.events().filter((frame) => frame['event'] === 'speech.delta');
    expect(pieces.map((frame) => frame['data'].text)).toEqual(['one ', 'two']);
    expect(pieces.every((frame) => frame['seq'] === undefined)).toBe(true);
    expect(ann.frames.some((frame) => frame['re'] === 'd1' || frame['re'] === 'd2')).toBe(false);
    const refused = await ann.ask('speech.delta', id, { utterance, text: 'late' });
    expect(refused['ok']).toBe(false);
    ann.close();
    bot.close();
  });

  it('[FL-10] gives a repeated id its first answer, and another body a conflict', async () => {
    const { id } = await createConversation(hub);
    const ann = await joined(id);
    const first = await ann.ask('topic.set', id, { topic: 'Tea' }, 'same');
    const again = await ann.ask('topic.set', id, { topic: 'Tea' }, 'same');
    expect(again).toEqual(first);
    expect(await headOf(id)).toBe(first['seq']);
    const other = await ann.ask('topic.set', id, { topic: 'Coffee' }, 'same');
    expect(other).toMatchObject({ ok: false, error: { code: 'idempotency.conflict' } });
    ann.close();
  });

  it('lets frames be sent without waiting for the answers to hello and join', async () => {
    const { id } = await createConversation(hub);
    const peer = await connect(hub);
    const frames = [
      { id: '1', op: 'hello', data: {} },
      { id: '2', op: 'conversation.join', conversation: id, data: human },
      { id: '3', op: 'floor.request', conversation: id, data: {} },
    ];
    for (const frame of frames) peer.sendText(JSON.stringify(frame));
    await peer.until('all replies', () => peer.frames.filter((frame) => frame['ok'] === true).length === 3);
    expect(peer.frames.slice(0, 3).map((frame) => frame['re'])).toEqual(['1', '2', '3']);
    peer.close();
  });

  it('asks for hello first, and answers whoever has not joined the same whether it is there or not', async () => {
    const { id } = await createConversation(hub);
    const peer = await connect(hub);
    expect(await peer.ask('floor.request', id)).toMatchObject({
      ok: false,
      error: { code: 'auth.required' },
    });
    await greet(peer);
    expect(await peer.ask('floor.request', id)).toMatchObject({ error: { code: 'participant.not_joined' } });
    expect(await peer.ask('floor.request', 'cnv_missing')).toMatchObject({ error: { code: 'not_found' } });
    expect(await peer.ask('conversation.join', 'cnv_missing', human)).toMatchObject({
      error: { code: 'not_found' },
    });
    peer.close();
  });

  it('[PR-2] tells the others of a lost connection, and of the return', async () => {
    const { id } = await createConversation(hub);
    const ann = await joined(id);
    const bot = await greet(await connect(hub));
    const { participant, resumeToken, epoch, seq } = await bot.do('conversation.join', id, agent);
    bot.close();
    const lost = await ann.event('participant.disconnected');
    expect(lost['data']).toMatchObject({ participant, cause: 'connection', graceMs: 30_000 });
    await ann.do('topic.set', id, { topic: 'Tea' });
    const back = await greet(await connect(hub));
    const data = await back.do('conversation.join', id, {
      ...agent,
      resume: { participant, token: resumeToken, epoch, seq },
    });
    expect(data).toMatchObject({ participant, resumed: true, epoch });
    expect(data.resumeToken).not.toBe(resumeToken);
    await ann.event('participant.returned');
    await back.event('participant.returned');
    const missed = back.events();
    expect(missed.map((frame) => frame['event'])).toEqual([
      'participant.disconnected',
      'topic.changed',
      'participant.returned',
    ]);
    expect(missed.map((frame) => frame['after'])).toEqual([seq, seq + 1, seq + 2]);
    ann.close();
    back.close();
  });

  it('leaves: the place is gone and further commands are refused', async () => {
    const { id } = await createConversation(hub);
    const ann = await joined(id);
    const bot = await joined(id, agent);
    await bot.do('conversation.leave', id);
    await ann.event('participant.left');
    expect(await bot.ask('topic.set', id, { topic: 'x' })).toMatchObject({
      error: { code: 'participant.not_joined' },
    });
    ann.close();
    bot.close();
  });
});
