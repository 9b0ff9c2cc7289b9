import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../../app.ts';
import { openHub } from '../hub.fixture.ts';
import type { ChannelPeer } from './peer.fixture.ts';
import { PEERS } from './peers.fixture.ts';
import { ANN, BOT, roomsOver } from './room.fixture.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await openHub({ limits: { commandsPerSecond: 20_000, commandsBurst: 20_000 } });
});
afterAll(() => hub.stop());

const LONG = 'x'.repeat(32_000);

describe.each(PEERS)('[CN-1] consistency over $name', (kind) => {
  const room = roomsOver(kind, () => hub);

  /** From now on the peer says only what it has when {@link acknowledge} is called. */
  const silence = (peer: ChannelPeer): void => {
    if (kind.acksByReading) peer.stopReading();
  };
  const acknowledge = async (peer: ChannelPeer, seq: number): Promise<void> => {
    if (kind.acksByReading) peer.readOn();
    else await peer.push('ack', { seq });
  };
  const grantsAfter = (peer: ChannelPeer, after: number) =>
    peer.durable().filter(({ event, seq }) => event === 'floor.granted' && seq > after);

  it('[CS-1] the next turn waits until every strong view has acknowledged what was said', async () => {
    const here = await room({ consistency: { kind: 'strong', barrierTimeoutMs: 60_000 } });
    const [ann, bot] = [await here.witness(ANN), await here.member(BOT)];
    silence(bot);
    const said = await here.say(ann, 'Hear me.');
    await ann.push('ack', { seq: said });
    expect(await ann.do('floor.request')).toMatchObject({ status: 'accepted', queuePosition: 1 });
    await bot.event('speech.ended');
    await ann.do('signal', { kind: 'hand' });
    await ann.event('signal');
    expect(grantsAfter(ann, said)).toHaveLength(0);
    await acknowledge(bot, said);
    await ann.event('floor.granted', ({ seq }) => seq > said);
    await bot.event('floor.granted', ({ seq }) => seq > said);
    bot.expectChain();
  });

  it('[CS-1] a view that does not acknowledge in time is announced, and has caught up when it does', async () => {
    const here = await room({ consistency: { kind: 'strong', barrierTimeoutMs: 150 } });
    const [ann, bot] = [await here.witness(ANN), await here.member(BOT)];
    silence(bot);
    const said = await here.say(ann, 'Hear me.');
    await ann.push('ack', { seq: said });
    await ann.do('floor.request');
    const stale = await ann.event('view.stale', ({ data }) => data.participant === bot.me);
    expect(stale['data']).toMatchObject({ level: 'strong', head: said });
    expect(stale['data'].seq).toBeLessThan(said);
    await ann.event('floor.granted', ({ seq }) => seq > said);
    await acknowledge(bot, said);
    await ann.event('view.caught_up', ({ data }) => data.participant === bot.me);
  });

  it('[CS-1] nobody waits for a view whose connection is lost, and who returns has what it says', async () => {
    const here = await room({ consistency: { kind: 'strong', barrierTimeoutMs: 60_000 } });
    const [ann, bot] = [await here.witness(ANN), await here.member(BOT)];
    const said = await here.say(ann, 'Hear me.');
    await ann.push('ack', { seq: said });
    await bot.upTo(await here.head());
    await bot.lose();
    // Returning tells the hub what had arrived, whatever had been acknowledged before.
    expect((await bot.comeBack(BOT)).data).toMatchObject({ resumed: true });
    await ann.do('floor.request');
    await ann.event('floor.granted', ({ seq }) => seq > said);
  });

  it('[CS-1] [CS-2] one’s own level is one’s own, and everybody sees it', async () => {
    const here = await room({ consistency: { kind: 'eventual' } });
    const ann = await here.witness(ANN);
    const bot = await here.member({ ...BOT, consistency: { kind: 'strong', barrierTimeoutMs: 60_000 } });
    const joined = await ann.event('participant.joined');
    expect(joined['data'].participant).toMatchObject({ id: bot.me, consistency: { kind: 'strong' } });
    silence(bot);
    // Ann's view is none that turns wait for; Bob's is.
    const said = await here.say(ann, 'Hear me.');
    expect(await ann.do('floor.request')).toMatchObject({ status: 'accepted' });
    expect(grantsAfter(ann, said)).toHaveLength(0);
    await acknowledge(bot, said);
    await ann.event('floor.granted', ({ seq }) => seq > said);
  });

  it('[CS-1] what cannot have arrived yet is not acknowledged', async () => {
    const here = await room({ consistency: { kind: 'strong' } });
    const bot = await here.member(BOT);
    expect(await bot.ask('ack', { seq: 9_999 })).toMatchObject({
      error: { code: 'request.invalid', details: { path: 'data.seq' } },
    });
  });

  it('[CS-2] who missed more than snapshotBeyond gets the state as it is, who missed less the events', async () => {
    const here = await room({ consistency: { kind: 'eventual', snapshotBeyond: 8 } });
    const [bot, ann] = [await here.witness(), await here.member(ANN)];
    await ann.lose();
    for (let index = 0; index < 10; index += 1) await bot.do('topic.set', { topic: `t${index}` });
    const far = await ann.comeBack(ANN);
    expect(far.data).toMatchObject({ resumed: false, catchUp: { state: { context: { topic: 't9' } } } });
    await ann.lose();
    await bot.do('topic.set', { topic: 'one more' });
    expect((await ann.comeBack(ANN)).data).toMatchObject({ resumed: true });
    await ann.event('topic.changed', ({ data }) => data.topic === 'one more');
    ann.expectChain();
  });

  it('[CS-2] what is held back to come together comes in order, and soon', async () => {
    const here = await room({ consistency: { kind: 'eventual', holdMs: 120, maxLagMs: 200 } });
    const [bot, ann] = [await here.witness(), await here.member(ANN)];
    for (let index = 0; index < 20; index += 1) await bot.do('topic.set', { topic: `t${index}` });
    await ann.event('topic.changed', ({ data }) => data.topic === 't19');
    ann.expectChain();
    const topics = ann.durable().filter(({ event }) => event === 'topic.changed');
    expect(topics.map(({ data }) => data.topic)).toEqual(
      Array.from({ length: 20 }, (_, index) => `t${index}`),
    );
  });

  it('[CS-3] who comes back behind a backlog has everything in the end, and only early events are early', async () => {
    const here = await room({ consistency: { kind: 'causal' } });
    const [bot, ann] = [await here.witness(), await here.member(ANN)];
    await ann.lose();
    const had = ann.last;
    const { grant } = await bot.do('floor.request');
    for (let index = 0; index < 60; index += 1) await bot.do('speech', { grant, text: LONG, final: false });
    await ann.comeBack(ANN);
    for (let index = 0; index < 5; index += 1) await bot.do('topic.set', { topic: `live ${index}` });
    const head = await here.head();
    await ann.until('everything', () => ann.durable().length === head - had);
    const inOrder = ann.durable().toSorted((a, b) => a['seq'] - b['seq']);
    expect(inOrder.map(({ after, seq }) => [after, seq])).toEqual(
      Array.from({ length: head - had }, (_, index) => [had + index, had + index + 1]),
    );
    const late = ann.durable().filter(({ early }) => early !== true);
    expect(late).toEqual(late.toSorted((a, b) => a['seq'] - b['seq']));
  });

  it('[CS-4] coming back gives the state as it is, and nothing again', async () => {
    const here = await room({ consistency: { kind: 'bestEffort' } });
    const [bot, ann] = [await here.witness(), await here.member(ANN)];
    await ann.lose();
    await bot.do('topic.set', { topic: 'missed' });
    const { data } = await ann.comeBack(ANN);
    expect(data).toMatchObject({ resumed: false, catchUp: { state: { context: { topic: 'missed' } } } });
    await bot.do('topic.set', { topic: 'new' });
    const told = await ann.event('topic.changed');
    expect(told).toMatchObject({ after: data.seq, data: { topic: 'new' } });
    expect(ann.durable()).toHaveLength(1);
  });
});

/** The channels that push into something that can be full. */
const PUSHED = PEERS.filter(({ live, buffers }) => live && buffers);

describe.each(PUSHED)('[CN-1] [CN-2] a reader that takes nothing, over $name', (kind) => {
  const room = roomsOver(kind, () => hub);

  it('[CS-2] is told that it is behind, and so are the others, and when it has caught up', async () => {
    const here = await room({ consistency: { kind: 'eventual', maxLagMs: 100 } });
    const [ann, slow] = [await here.witness(ANN), await here.member(BOT)];
    slow.stopReading();
    const { grant } = await ann.do('floor.request');
    for (let index = 0; index < 400; index += 1) await ann.do('speech', { grant, text: LONG, final: false });
    const stale = await ann.event('view.stale', ({ data }) => data.participant === slow.me);
    expect(stale['data'].lagMs).toBeGreaterThan(100);
    expect(stale['data'].head).toBeGreaterThan(stale['data'].seq);
    slow.readOn();
    await slow.event('view.stale', ({ data }) => data.participant === slow.me);
    await ann.event('view.caught_up', ({ data }) => data.participant === slow.me);
    await slow.upTo(await here.head());
    slow.expectChain();
  }, 20_000);

  it('[CS-4] loses the oldest, and is told how many before the next', async () => {
    const here = await room({ consistency: { kind: 'bestEffort' } });
    const [ann, slow] = [
      await here.witness({ ...ANN, consistency: { kind: 'eventual' } }),
      await here.member(BOT),
    ];
    slow.stopReading();
    const { grant } = await ann.do('floor.request');
    for (let index = 0; index < 400; index += 1) await ann.do('speech', { grant, text: LONG, final: false });
    slow.readOn();
    await slow.upTo(await here.head());
    let last = slow.resume!.seq;
    let told = 0;
    for (const { event, seq, after, data } of slow.events) {
      if (event === 'delivery.dropped') told += data.count as number;
      if (seq === undefined) continue;
      expect(seq - last - 1, `before ${seq}`).toBe(told);
      expect(after).toBe(seq - 1);
      [last, told] = [seq, 0];
    }
    expect(slow.events.some(({ event }) => event === 'delivery.dropped')).toBe(true);
  }, 20_000);
});
