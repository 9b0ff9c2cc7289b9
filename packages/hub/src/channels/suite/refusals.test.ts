import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../../app.ts';
import { openHub } from '../hub.fixture.ts';
import { PEERS } from './peers.fixture.ts';
import { ANN, BOT, roomsOver } from './room.fixture.ts';

let hub: Hub;
let strictHub: Hub;
beforeAll(async () => {
  hub = await openHub();
  strictHub = await openHub({ limits: { commandsPerSecond: 20, commandsBurst: 30 } });
});
afterAll(() => Promise.all([hub.stop(), strictHub.stop()]));

/** Commands that are wrong in themselves, and the exact place where. */
const INVALID: readonly [op: string, data: unknown, path: string][] = [
  ['floor.steal', {}, 'op'],
  ['toString', {}, 'op'],
  ['floor.request', { prio: 1 }, 'data.prio'],
  ['floor.request', { urgency: 2 }, 'data.urgency'],
  ['floor.request', 'now', 'data'],
  ['speech', { grant: '4', text: 'a' }, 'data.grant'],
  ['speech', { grant: 1 }, 'data.text'],
  ['speech', { grant: 1, text: 'x'.repeat(32_001) }, 'data.text'],
  ['topic.set', { topic: 'a\u0007b' }, 'data.topic'],
  ['topic.set', { topic: 'a\u202eb' }, 'data.topic'],
  ['ack', { seq: -1 }, 'data.seq'],
  ['conversation.join', { kind: 'ghost', displayName: 'G' }, 'data.kind'],
  ['conversation.join', { ...ANN, consistency: { kind: 'certain' } }, 'data.consistency.kind'],
  [
    'conversation.join',
    { ...ANN, consistency: { kind: 'eventual', maxLagMs: 'soon' } },
    'data.consistency.maxLagMs',
  ],
];

describe.each(PEERS)('[CN-1] refusals over $name', (kind) => {
  const room = roomsOver(kind, () => hub);

  it.each(INVALID)('%s with %j is invalid at the exact path, and appends nothing', async (op, data, path) => {
    const here = await room();
    const ann = await here.member();
    const head = await here.head();
    const reply = await ann.ask(op, data);
    expect(reply).toMatchObject({ ok: false, error: { code: 'request.invalid', retryable: false } });
    expect(reply.error.details.path).toBe(path);
    expect(await here.head()).toBe(head);
    // The channel stands, and the participant with it.
    expect(await ann.do('topic.set', { topic: 'still here' })).toMatchObject({ topic: 'still here' });
  });

  it('[FL-5] speech of whoever does not hold the floor, or no longer does, is refused', async () => {
    const here = await room();
    const ann = await here.member();
    const before = await here.head();
    const early = await ann.ask('speech', { grant: 1, text: 'me first' });
    expect(early.error).toMatchObject({ code: 'floor.not_holder', retryable: false });
    expect(await here.head()).toBe(before);
    const { grant } = await ann.do('floor.request');
    await ann.do('speech', { grant, text: 'now' });
    const late = await ann.ask('speech', { grant, text: 'again' });
    expect(late.error).toMatchObject({ code: 'floor.stale_grant' });
  });

  it('what only moderators may is refused to others', async () => {
    const here = await room();
    const [ann, bot] = [await here.member(ANN), await here.member(BOT)];
    const head = await here.head();
    for (const [op, data] of [
      ['participant.remove', { participant: bot.me }],
      ['floor.revoke', { participant: bot.me }],
      ['role.set', { participant: ann.me, roles: ['moderator'] }],
      ['conversation.end', {}],
    ] as const) {
      expect((await ann.ask(op, data)).error, op).toMatchObject({ code: 'auth.forbidden', retryable: false });
    }
    expect(await here.head()).toBe(head);
  });

  it('a conversation that is not there is not found, by joining and by commands', async () => {
    const stranger = kind.create(hub);
    expect(await stranger.tryToJoin('cnv_missing', ANN)).toMatchObject({ error: { code: 'not_found' } });
    expect(await stranger.ask('topic.set', { topic: 'x' })).toMatchObject({ error: { code: 'not_found' } });
    await stranger.close();
  });

  it('a second place of the same principal is refused with the id of the first', async () => {
    const here = await room();
    const ann = await here.member();
    expect(await ann.ask('conversation.join', { ...ANN, displayName: 'Other' })).toMatchObject({
      error: { code: 'participant.already_joined', details: { participant: ann.me } },
    });
  });

  it('a decision that is based on an older one about its item is a conflict, and is not applied', async () => {
    const here = await room();
    const ann = await here.member();
    const { item } = await ann.do('item.open', { kind: 'question', text: 'When?' });
    const basedOn = (await ann.event('item.opened'))['seq'] as number;
    await ann.do('decision.record', { text: 'Now', item, basedOn });
    const head = await here.head();
    expect(await ann.ask('decision.record', { text: 'Later', item, basedOn })).toMatchObject({
      error: { code: 'context.conflict' },
    });
    expect(await here.head()).toBe(head);
  });
});

describe.each(PEERS)('[CN-1] rates over $name', (kind) => {
  const room = roomsOver(kind, () => strictHub);

  it('more than may come is refused with a time to wait, appends nothing, and goes on after it', async () => {
    const here = await room();
    const ann = await here.member();
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, index) => ann.ask('topic.set', { topic: `t${index}` })),
    );
    const refused = replies.filter(({ ok }) => !ok);
    expect(refused.length).toBeGreaterThan(20);
    for (const { error } of refused) {
      expect(error).toMatchObject({ code: 'rate.limited', retryable: true });
      expect(error.retryAfterMs).toBeGreaterThan(0);
    }
    const waitMs = Math.max(...refused.map(({ error }) => error.retryAfterMs as number));
    await new Promise((resolve) => setTimeout(resolve, waitMs + 200));
    await ann.do('topic.set', { topic: 'at last' });
    await ann.event('topic.changed', ({ data }) => data.topic === 'at last');
    const changed = ann.durable().filter(({ event }) => event === 'topic.changed');
    expect(changed).toHaveLength(60 - refused.length + 1);
    ann.expectChain();
  });

  it('[IP-7] backchannels of one participant are limited, other signals are not', async () => {
    const here = await room();
    const ann = await here.member();
    const codes: (string | undefined)[] = [];
    for (let index = 0; index < 15; index += 1) {
      const reply = await ann.ask('signal', { kind: 'backchannel', text: 'mm' });
      codes.push(reply.error?.code);
    }
    expect(codes.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => undefined));
    expect(codes).toContain('rate.limited');
    expect((await ann.ask('signal', { kind: 'hand' })).ok).toBe(true);
  });
});
