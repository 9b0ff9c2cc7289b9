import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../../app.ts';
import { openHub } from '../hub.fixture.ts';
import { PEERS } from './peers.fixture.ts';
import { ANN, BOT, CY, roomsOver, SOON_MISSED } from './room.fixture.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await openHub(SOON_MISSED);
});
afterAll(() => hub.stop());

describe.each(PEERS)('[CN-1] returning over $name', (kind) => {
  const room = roomsOver(kind, () => hub);

  it('[CS-5] gives the exact suffix of the own chain, behind the last that had come', async () => {
    const here = await room({ routing: { kind: 'broadcast', whisper: true } });
    const [bot, ann, cy] = [await here.witness(), await here.member(ANN), await here.member(CY)];
    await bot.do('topic.set', { topic: 'one' });
    await ann.event('topic.changed');
    const had = ann.last;
    await ann.lose();
    await here.say(bot, 'for Cy alone', { to: [cy.me] });
    await here.say(bot, 'for Ann', { to: [ann.me] });
    for (const topic of ['two', 'three']) await bot.do('topic.set', { topic });
    const reply = await ann.comeBack(ANN);
    expect(reply.data).toMatchObject({ resumed: true, participant: ann.me });
    expect(ann.resume!.seq).toBe(had);
    const head = await here.head();
    await ann.upTo(head);
    ann.expectChain();
    // A witness that moderates nothing hears its own words, and so knows all but what is only for Cy.
    const missed = bot
      .durable()
      .filter(
        ({ seq, event, data }) => seq > had && !(event === 'speech.ended' && data.text === 'for Cy alone'),
      );
    expect(ann.durable().map(({ seq }) => seq)).toEqual(missed.map(({ seq }) => seq));
    expect(ann.durable().map(({ data }) => data.text)).toContain('for Ann');
  });

  it.each([
    ['another epoch', { epoch: 'epc_other' }],
    ['a seq beyond the head', { seq: 9_999 }],
  ])('[CS-5] says resumed: false and gives a snapshot for %s', async (_what, change) => {
    const here = await room();
    const [bot, ann] = [await here.witness(), await here.member(ANN)];
    await ann.lose();
    const reply = await ann.comeBack(ANN, change);
    expect(reply.data).toMatchObject({ resumed: false, participant: ann.me });
    expect(reply.data.catchUp.state.seq).toBe(reply.data.seq);
    await bot.do('topic.set', { topic: 'next' });
    expect((await ann.event('topic.changed'))['after']).toBe(reply.data.seq);
    expect(ann.durable()).toHaveLength(1);
  });

  it('takes the token that it gave last and the one before, and denies an older, a changed or another’s', async () => {
    const here = await room();
    const [ann, bot] = [await here.member(ANN), await here.member(BOT)];
    const tokens = [ann.resume!.token];
    for (let turn = 0; turn < 2; turn += 1) {
      await ann.lose();
      expect(await ann.comeBack(ANN)).toMatchObject({ ok: true });
      tokens.push(ann.resume!.token);
    }
    expect(new Set(tokens).size).toBe(3);
    await ann.lose();
    const denied = [
      { token: tokens[0]! },
      { token: `${tokens[2]!.slice(0, -3)}AAA` },
      { token: 'rsm_x.y' },
      { participant: bot.me },
    ];
    for (const change of denied) {
      expect(await ann.comeBack(ANN, change)).toMatchObject({ error: { code: 'resume.denied' } });
    }
    const elsewhere = (await room()).id;
    expect(await ann.tryToJoin(elsewhere, { ...ANN, resume: ann.resume })).toMatchObject({
      error: { code: 'resume.denied' },
    });
    ann.conversation = here.id;
    expect(await ann.comeBack(ANN, { token: tokens[1]! })).toMatchObject({ ok: true });
  });

  it('[PR-2] is over when the membership is: after leaving, and after the grace', async () => {
    const here = await room({ presence: { reconnectGraceMs: 100 } });
    const [bot, ann, cy] = [await here.witness(), await here.member(ANN), await here.member(CY)];
    await ann.do('conversation.leave');
    expect(await ann.comeBack(ANN)).toMatchObject({ error: { code: 'resume.expired' } });
    await cy.lose();
    const left = await bot.event('participant.left', ({ data }) => data.participant === cy.me);
    expect(left['data']).toMatchObject({ cause: 'timeout' });
    expect(await cy.comeBack(CY)).toMatchObject({ error: { code: 'resume.expired' } });
  });

  it('[PR-2] is told to the others, as the loss was', async () => {
    const here = await room();
    const [bot, ann] = [await here.witness(), await here.member(ANN)];
    await ann.lose();
    const lost = await bot.event('participant.disconnected');
    expect(lost['data']).toMatchObject({ participant: ann.me, cause: 'connection', graceMs: 30_000 });
    const had = ann.last;
    await bot.do('topic.set', { topic: 'Tea' });
    await ann.comeBack(ANN);
    await bot.event('participant.returned');
    await ann.event('participant.returned');
    expect(ann.durable().map(({ event, after }) => [event, after])).toEqual([
      ['participant.disconnected', had],
      ['topic.changed', had + 1],
      ['participant.returned', had + 2],
    ]);
  });

  it('[PR-2] needs no resume token where the own token says who it is', async () => {
    const here = await room();
    const [bot, ann] = [await here.witness(), await here.member(ANN)];
    const before = ann.me;
    await ann.lose();
    await bot.event('participant.disconnected');
    await ann.join(here.id, ANN);
    expect(ann.me).toBe(before);
    await bot.event('participant.returned');
  });

  it('[FL-10] a join that is repeated with its id gets the first answer, while it is there and later', async () => {
    const here = await room();
    const [bot, ann] = [await here.witness(), here.stranger()];
    const answer = await ann.tryToJoin(here.id, ANN, 'my-join');
    const same = ['participant', 'epoch', 'seq', 'resumed'] as const;
    const again = await ann.tryToJoin(here.id, ANN, 'my-join');
    for (const key of same) expect(again.data[key], key).toEqual(answer.data[key]);
    expect(again.seq).toBe(answer.seq);
    const other = { ...ANN, displayName: 'Anna' };
    expect(await ann.tryToJoin(here.id, other, 'my-join')).toMatchObject({
      error: { code: 'idempotency.conflict' },
    });
    await ann.lose();
    await bot.event('participant.disconnected');
    const late = await ann.tryToJoin(here.id, ANN, 'my-join');
    for (const key of same) expect(late.data[key], key).toEqual(answer.data[key]);
    await bot.event('participant.returned');
    await ann.event('participant.returned');
    ann.expectChain();
    expect(ann.durable()[0]!['after']).toBe(answer.seq);
  });

  it('[CS-5] once more from the same place gives the same again', async () => {
    const here = await room();
    const [bot, ann] = [await here.witness(), await here.member(ANN)];
    const start = ann.last;
    await here.say(bot, 'once');
    await ann.event('speech.ended');
    await ann.lose();
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await ann.comeBack(ANN, { seq: start })).toMatchObject({ data: { resumed: true } });
      await ann.upTo(await here.head());
      ann.expectChain();
      expect(ann.durable().filter(({ event }) => event === 'speech.ended')).toHaveLength(1);
      expect(ann.durable()[0]!['after']).toBe(start);
    }
  });
});
