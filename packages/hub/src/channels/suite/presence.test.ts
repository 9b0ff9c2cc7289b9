import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../../app.ts';
import { call, createConversation, openHub, tokenFor } from '../hub.fixture.ts';
import { PEERS } from './peers.fixture.ts';
import { ANN, BOT, CY, roomsOver, SOON_MISSED } from './room.fixture.ts';

let hub: Hub;
let closedHub: Hub;
beforeAll(async () => {
  hub = await openHub(SOON_MISSED);
  closedHub = await openHub({ ...SOON_MISSED, open: false });
});
afterAll(() => Promise.all([hub.stop(), closedHub.stop()]));

describe.each(PEERS)('[CN-1] being there over $name', (kind) => {
  const room = roomsOver(kind, () => hub);

  it('[PR-1] lasts while the channel is used, however quiet it is', async () => {
    const here = await room();
    const [bot, ann] = [await here.witness(), await here.member(ANN)];
    await new Promise((resolve) => setTimeout(resolve, 3 * SOON_MISSED.pollLeaseMs));
    await bot.do('topic.set', { topic: 'still here?' });
    await ann.event('topic.changed');
    expect(bot.events.some(({ event }) => event === 'participant.disconnected')).toBe(false);
  });

  it('[PR-1] what somebody says of its presence is shown to the others', async () => {
    const here = await room();
    const [bot, ann] = [await here.witness(), await here.member(ANN)];
    await ann.do('presence.set', { status: 'away', expectedReturn: '2030-01-01T00:00:00.000Z' });
    const told = await bot.event('presence.changed', ({ data }) => data.participant === ann.me);
    expect(told).toMatchObject({ data: { status: 'away', expectedReturn: '2030-01-01T00:00:00.000Z' } });
    expect(told['seq']).toBeUndefined();
  });

  it('[FL-7] a holder whose connection is lost keeps its turn for the grace, and loses it with its place', async () => {
    const here = await room({ presence: { reconnectGraceMs: 300 } });
    const [bot, ann] = [await here.witness(), await here.member(ANN)];
    const { grant } = await ann.do('floor.request');
    await bot.do('floor.request');
    await ann.lose();
    const lost = await bot.event('participant.disconnected');
    expect(bot.durable().some(({ event }) => event === 'floor.revoked')).toBe(false);
    const left = await bot.event('participant.left');
    const revoked = await bot.event('floor.revoked');
    expect(revoked['data']).toMatchObject({ participant: ann.me, grant, cause: 'disconnected' });
    expect(Date.parse(left['at']) - Date.parse(lost['at'])).toBeGreaterThanOrEqual(300);
    await bot.event('floor.granted', ({ data }) => data.participant === bot.me);
  });

  it('[FL-8] leaving is told, gives up what one had, and commands are refused afterwards', async () => {
    const here = await room();
    const [bot, ann] = [await here.witness(), await here.member(ANN)];
    await ann.do('floor.request');
    await bot.do('floor.request');
    await ann.do('conversation.leave', { reason: 'tea' });
    const left = await bot.event('participant.left');
    expect(left['data']).toEqual({ participant: ann.me, cause: 'left', reason: 'tea' });
    await bot.event('floor.granted', ({ data }) => data.participant === bot.me);
    const head = await here.head();
    expect(await ann.ask('topic.set', { topic: 'x' })).toMatchObject({
      error: { code: 'participant.not_joined' },
    });
    expect(await here.head()).toBe(head);
    expect(bot.events.some(({ event }) => event === 'participant.disconnected')).toBe(false);
  });

  it('an end is told to all, and nothing can be done any more', async () => {
    const here = await room();
    const [ann, bot] = [await here.member({ ...ANN, roles: ['moderator'] }), await here.member(BOT)];
    await ann.do('conversation.end', { reason: 'done' });
    const ended = await bot.event('conversation.ended');
    expect(ended['data']).toMatchObject({ cause: 'moderator', reason: 'done' });
    bot.expectChain();
    expect(['conversation.ended', 'participant.not_joined']).toContain(
      (await bot.ask('floor.request')).error.code,
    );
    expect(await here.stranger().tryToJoin(here.id, CY)).toMatchObject({
      ok: false,
      error: { code: 'conversation.ended' },
    });
  });
});

const invite = async (id: string, token: string): Promise<{ code: string }> =>
  (await call(closedHub, 'POST', `/v1/conversations/${id}/invites`, { token, body: {} })).body;

describe.each(PEERS)('[CN-1] [RT-7] being removed over $name', (kind) => {
  it('ends all that comes, at the latest with the own participant.left, and one cannot read on', async () => {
    const [moderator, removed] = [
      await tokenFor(closedHub, 'moderator'),
      await tokenFor(closedHub, 'removed'),
    ];
    const { id } = await createConversation(closedHub, {}, moderator);
    const { code } = await invite(id, moderator);
    const [mo, ann] = [PEERS[0]!.create(closedHub), kind.create(closedHub)];
    mo.token = moderator;
    ann.token = removed;
    await mo.join(id, BOT);
    await ann.join(id, { ...ANN, invite: code });
    await mo.do('topic.set', { topic: 'before' });
    await ann.event('topic.changed');
    await mo.do('participant.remove', { participant: ann.me, reason: 'enough' });
    await mo.event('participant.left');
    for (let index = 0; index < 5; index += 1) await mo.do('topic.set', { topic: `secret ${index}` });
    await mo.event('topic.changed', ({ data }) => data.topic === 'secret 4');
    // What comes to a stranger's own stream by then would have come to this one.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(JSON.stringify(ann.events)).not.toContain('secret');
    // Who was just between two calls finds nothing there with the next.
    if (ann.durable().at(-1)!['event'] === 'topic.changed')
      expect(ann.failure?.message).toBe('404 not_found');
    else expect(ann.durable().at(-1)!['data']).toMatchObject({ participant: ann.me, cause: 'removed' });
    expect((await ann.ask('topic.set', { topic: 'x' })).error.code).toMatch(/not_found|not_joined/);
    await Promise.all([mo.close(), ann.close()]);
  });

  it('tells nothing behind it, also where its batch goes on: the floor goes to the next', async () => {
    const [moderator, removed] = [await tokenFor(closedHub, 'mod'), await tokenFor(closedHub, 'gone')];
    const { id } = await createConversation(closedHub, {}, moderator);
    const { code } = await invite(id, moderator);
    const [mo, ann] = [PEERS[0]!.create(closedHub), kind.create(closedHub)];
    mo.token = moderator;
    ann.token = removed;
    await mo.join(id, BOT);
    await ann.join(id, { ...ANN, invite: code });
    await ann.do('floor.request');
    await mo.do('floor.request');
    await ann.event('floor.requested', ({ data }) => data.participant === mo.me);
    await mo.do('participant.remove', { participant: ann.me });
    const left = await mo.event('participant.left');
    const granted = await mo.event('floor.granted', ({ data }) => data.participant === mo.me);
    expect([granted['seq'], granted['at']]).toEqual([left['seq'] + 1, left['at']]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    // Who was just between two calls is told with the next that there is nothing for it.
    expect(ann.durable().at(-1)!['seq']).toBeLessThanOrEqual(left['seq']);
    if (ann.durable().at(-1)!['seq'] < left['seq']) expect(ann.failure?.message).toBe('404 not_found');
    await Promise.all([mo.close(), ann.close()]);
  });
});
