import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../../app.ts';
import { openHub } from '../hub.fixture.ts';
import { CHANNELS } from '../registry.ts';
import { KNOWN_CHANNELS, PEERS } from './peers.fixture.ts';
import { ANN, BOT, CY, roomsOver } from './room.fixture.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await openHub();
});
afterAll(() => hub.stop());

it('[CN-1] every channel that there is has a part in the suite, or translates another protocol', () => {
  expect(KNOWN_CHANNELS.toSorted()).toEqual(Object.keys(CHANNELS).toSorted());
});

describe.each(PEERS)('[CN-1] over $name', (kind) => {
  const room = roomsOver(kind, () => hub);

  it('[CU-1] joining is answered with the state as of its seq, and the chain begins there', async () => {
    const here = await room();
    const ann = await here.witness(ANN);
    const bot = here.stranger();
    const data = await bot.join(here.id, { ...BOT, metadata: { version: 2 }, catchUp: { last: 1 } });
    expect(data).toMatchObject({ resumed: false, catchUp: { missed: data.seq - 1, waiting: [] } });
    expect(data.catchUp.state).toMatchObject({ title: 'Room', seq: data.seq, epoch: data.epoch });
    expect(data.catchUp.events.map((event: { seq: number }) => event.seq)).toEqual([data.seq]);
    const told = await ann.event('participant.joined');
    expect(told).toMatchObject({
      by: bot.me,
      data: { participant: { id: bot.me }, metadata: { version: 2 } },
    });
    await bot.do('floor.request');
    await bot.event('floor.granted');
    expect(bot.durable().map((event) => event['after'])).toEqual([data.seq, data.seq + 1]);
    expect(bot.durable()[0]!['event']).toBe('floor.requested');
  });

  it('[RT-1] everybody is told everything once, in one order, without a hole', async () => {
    const here = await room();
    const [ann, bot, cy] = [await here.member(ANN), await here.witness(), await here.member(CY)];
    for (const [index, who] of [ann, bot, cy, ann, cy].entries()) {
      await here.say(who, `utterance ${index}`);
      await Promise.all([cy.do('topic.set', { topic: `t${index}` }), bot.do('signal', { kind: 'hand' })]);
    }
    const head = await here.head();
    await Promise.all([ann, bot, cy].map((each) => each.upTo(head)));
    for (const each of [ann, bot, cy]) {
      each.expectChain();
      const from = each.resume!.seq;
      expect(each.durable().map((event) => event['seq'])).toEqual(
        Array.from({ length: head - from }, (_, index) => from + 1 + index),
      );
    }
    const contents = (peer: typeof ann) =>
      peer
        .durable()
        .filter(({ seq }) => seq > cy.resume!.seq)
        .map(({ after: _, ...event }) => event);
    expect(contents(ann)).toEqual(contents(cy));
    expect(contents(bot)).toEqual(contents(cy));
  });

  it('[TS-4] the chain leaves out what is for others alone, such as a sealed bid', async () => {
    const here = await room({ floor: { strategy: { kind: 'bidding', bidWindowMs: 60_000 } } });
    const [ann, bot] = [await here.member(ANN), await here.witness()];
    await ann.do('floor.request');
    const { data } = await bot.event('bidding.opened');
    const amount = { currency: 'priorityPoints', value: 1 };
    await bot.do('bid.place', { window: data.window, urgency: 0.5, estimatedMs: 1_000, amount });
    await ann.do('topic.set', { topic: 'Tea' });
    await ann.event('topic.changed');
    ann.expectChain();
    expect(ann.durable().some(({ seq, after }) => seq - after > 1)).toBe(true);
    const bids = (peer: typeof ann) =>
      peer
        .durable()
        .filter((event) => event['event'] === 'bid.placed' && event['data'].participant === bot.me);
    await bot.event('topic.changed');
    expect(bids(bot)).toHaveLength(1);
    expect(bids(ann)).toHaveLength(0);
  });

  it('[FL-6] a release and the next grant are told with one reply', async () => {
    const here = await room();
    const [ann, bot] = [await here.member(ANN), await here.member(BOT)];
    const { grant } = await ann.do('floor.request');
    expect(await bot.do('floor.request')).toMatchObject({ status: 'accepted', queuePosition: 1 });
    const reply = await ann.ask('speech', { grant, text: 'Hello' });
    const next = await bot.upTo(reply.seq!);
    expect(next).toMatchObject({ event: 'floor.granted', data: { participant: bot.me, grant: next['seq'] } });
    const said = await bot.event('speech.ended');
    expect(said['data']).toMatchObject({ text: 'Hello', utterance: reply.data.utterance });
  });

  it('[RT-1] pieces of speech reach whoever can hear them live, and all get the whole once', async () => {
    const here = await room();
    const [ann, bot] = [await here.member(ANN), await here.member(BOT)];
    const { grant } = await ann.do('floor.request');
    const { utterance } = await ann.do('speech.start', { grant });
    await ann.push('speech.delta', { utterance, text: 'one ', offset: 0 });
    await ann.push('speech.delta', { utterance, text: 'two', offset: 4 });
    await ann.do('speech.end', { utterance });
    expect((await bot.event('speech.ended'))['data'].text).toBe('one two');
    const pieces = bot.events.filter((event) => event['event'] === 'speech.delta');
    expect(pieces.map((event) => event['data'].text)).toEqual(kind.live ? ['one ', 'two'] : []);
    expect(pieces.every((event) => event['seq'] === undefined)).toBe(true);
    bot.expectChain();
    expect((await ann.ask('speech.delta', { utterance, text: 'late' })).error.code).toBeTypeOf('string');
  });

  it('[FL-10] a repeated id gets its first answer, with another body a conflict, and appends nothing', async () => {
    const here = await room();
    const ann = await here.member();
    const first = await ann.ask('topic.set', { topic: 'Tea' }, 'same');
    expect(await ann.ask('topic.set', { topic: 'Tea' }, 'same')).toEqual(first);
    const at = await here.head();
    expect(at).toBe(first.seq);
    const other = await ann.ask('topic.set', { topic: 'Coffee' }, 'same');
    expect(other).toMatchObject({ ok: false, error: { code: 'idempotency.conflict' } });
    const [one, two] = await Promise.all([1, 2].map(() => ann.ask('topic.set', { topic: 'Mud' }, 'twice')));
    expect(two).toEqual(one);
    expect(await here.head()).toBe(one!.seq);
  });

  it('[FL-10] a repeated id gets its first answer on another connection too', async () => {
    const here = await room();
    const ann = await here.member();
    const first = await ann.ask('topic.set', { topic: 'Tea' }, 'before');
    await ann.lose();
    expect(await ann.comeBack(ANN)).toMatchObject({ ok: true, data: { resumed: true } });
    const head = await here.head();
    expect(await ann.ask('topic.set', { topic: 'Tea' }, 'before')).toEqual(first);
    expect(await here.head()).toBe(head);
  });
});
