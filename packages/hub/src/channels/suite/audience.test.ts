import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../../app.ts';
import { call, openHub } from '../hub.fixture.ts';
import type { ChannelPeer } from './peer.fixture.ts';
import { PEERS } from './peers.fixture.ts';
import { ANN, BOT, CY, roomsOver } from './room.fixture.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await openHub();
});
afterAll(() => hub.stop());

const SECRET = 'only between us';
const WHISPERS = { routing: { kind: 'broadcast', whisper: true } };

/** Every way of reading that is a call, whatever channel somebody takes part by. */
const READS = [
  '',
  '/events?after=0',
  '/transcript?format=json',
  '/transcript?format=markdown',
  '/catch-up?after=0',
];

const reads = (who: ChannelPeer, word: string): Promise<boolean[]> =>
  Promise.all(
    READS.map(async (path) => {
      const answer = await call(hub, 'GET', `/v1/conversations/${who.conversation}${path}`, {
        ...(who.token === undefined ? {} : { token: who.token }),
      });
      expect(answer.status).toBe(200);
      return JSON.stringify(answer.body).includes(word);
    }),
  );

const heard = (who: ChannelPeer, word: string): boolean =>
  who.events.some((event) => JSON.stringify(event).includes(word));

describe.each(PEERS)('[CN-1] audience over $name', (kind) => {
  const room = roomsOver(kind, () => hub);

  it('[RT-6] [RT-7] a whisper reaches whom it is for, and nobody else by any way of reading', async () => {
    const here = await room(WHISPERS);
    const [ann, bot, cy] = [await here.member(ANN), await here.member(BOT), await here.member(CY)];
    const { grant } = await ann.do('floor.request');
    const { utterance } = await ann.do('speech.start', { grant, to: [bot.me] });
    await ann.push('speech.delta', { utterance, text: SECRET, offset: 0 });
    await bot.event('speech.started');
    if (kind.live) await bot.event('speech.delta');
    // While it is being said, the state shows it to whom it is said.
    await expect.poll(() => reads(bot, SECRET)).toEqual([true, false, false, false, true]);
    expect(await reads(cy, SECRET)).toEqual(READS.map(() => false));
    await ann.do('speech.end', { utterance, final: false });
    await ann.do('speech', { grant, text: 'and this for all' });
    for (const each of [ann, bot, cy]) await each.event('floor.released');
    expect([ann, bot, cy].map((each) => heard(each, SECRET))).toEqual([true, true, false]);
    expect(heard(cy, utterance)).toBe(false);
    for (const each of [ann, bot, cy]) {
      each.expectChain();
      expect(heard(each, 'and this for all')).toBe(true);
    }
    expect(await reads(cy, SECRET)).toEqual(READS.map(() => false));
    expect(await reads(bot, SECRET)).toEqual([false, true, true, true, true]);
  });

  it('[RT-6] is refused with its path where whispering is not allowed, and nothing is appended', async () => {
    const here = await room();
    const [ann, bot] = [await here.member(ANN), await here.member(BOT)];
    const { grant } = await ann.do('floor.request');
    const head = await here.head();
    const reply = await ann.ask('speech', { grant, text: SECRET, to: [bot.me] });
    expect(reply.error).toMatchObject({ code: 'request.invalid', details: { path: 'data.to' } });
    expect(await here.head()).toBe(head);
  });

  it('[RT-3] subscribers of a topic hear it, others do not, and that can change', async () => {
    const here = await room({ routing: { kind: 'topicBased' } });
    const [ann, bot] = [await here.member(ANN), await here.member({ ...BOT, topics: ['tea.>'] })];
    const cy = await here.member(CY);
    await here.say(ann, 'about tea', { topics: ['tea.green'] });
    await cy.do('subscribe', { topics: ['tea.*'] });
    await here.say(ann, 'more about tea', { topics: ['tea.black'] });
    const head = await here.head();
    await Promise.all([bot, cy].map((each) => each.upTo(head)));
    expect(['about tea', 'more about tea'].map((text) => heard(bot, text))).toEqual([true, true]);
    expect(['"about tea', 'more about tea'].map((text) => heard(cy, text))).toEqual([false, true]);
    for (const each of [bot, cy]) each.expectChain();
  });

  it('[RT-7] sinceJoin: nothing from before the own joining, however it is read', async () => {
    const here = await room({ history: { visibility: 'sinceJoin' } });
    const bot = await here.witness();
    await here.say(bot, SECRET);
    const ann = here.stranger();
    const data = await ann.join(here.id, { ...ANN, catchUp: { last: 100 } });
    expect(JSON.stringify(data)).not.toContain(SECRET);
    await here.say(bot, 'for all who are here');
    await ann.event('speech.ended');
    expect(await reads(ann, SECRET)).toEqual(READS.map(() => false));
    await ann.lose();
    expect(await ann.comeBack(ANN, { seq: 0 })).toMatchObject({ ok: true });
    await ann.upTo(await here.head());
    expect(heard(ann, SECRET)).toBe(false);
    expect(heard(ann, 'for all who are here')).toBe(true);
    ann.expectChain();
  });
});
