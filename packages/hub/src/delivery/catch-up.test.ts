import { expect, test } from 'vitest';
import { HostWorld } from '../host/host.fixture.ts';
import { catchUp, historyFrom, missedSince } from './catch-up.ts';
import { ExtractiveSummariser } from '../catch-up/summariser.extractive.ts';
import type { Conversations } from '../host/submission.ts';
import { FakeConversations } from './delivery.fixture.ts';
import { Summaries } from './summaries.ts';

const partsOf = (conversations: Conversations) => ({
  conversations,
  summaries: new Summaries(conversations, new ExtractiveSummariser()),
});
const as = (participant: string | null) => ({ participant, moderator: false });

async function room(config: unknown = {}): Promise<HostWorld> {
  const world = new HostWorld();
  await world.create('cnv_1', ['a', 'b'], config);
  for (let turn = 0; turn < 10; turn += 1) await world.say('cnv_1', turn % 2 ? 'a' : 'b', `turn ${turn}`);
  return world;
}

const stateOf = async (world: HostWorld) => (await world.host.state('cnv_1'))!;
const seqs = (events: readonly Record<string, unknown>[]) => events.map(({ seq }) => seq);

test('[CU-1] who joins gets the state, the last events in its chain, how many more there are', async () => {
  const world = await room();
  const state = await stateOf(world);
  const { events, missed, ...rest } = await catchUp(partsOf(world.host), state, { viewer: as('a'), last: 5 });
  expect(rest.state.seq).toBe(state.seq);
  expect(seqs(events)).toEqual([4, 3, 2, 1, 0].map((back) => state.seq - back));
  expect(events.map(({ after }) => after)).toEqual([5, 4, 3, 2, 1].map((back) => state.seq - back));
  expect(missed).toBe(state.seq - 5);
  expect(events[0]).toMatchObject({ conversation: 'cnv_1', event: expect.any(String) as string });
});

test('[CU-1] the state says who is there, who speaks and who waits, what it is about, and who contributed', async () => {
  const world = await room();
  await world.ok('cnv_1', 'a', 'topic.set', { topic: 'Bridges' });
  await world.ok('cnv_1', 'a', 'item.open', { kind: 'task', text: 'Ask the town.' });
  const { seq: basedOn } = await stateOf(world);
  await world.ok('cnv_1', 'b', 'decision.record', { text: 'Steel.', basedOn });
  await world.ok('cnv_1', 'a', 'floor.request', {});
  await world.ok('cnv_1', 'b', 'floor.request', {});
  const { state } = await catchUp(partsOf(world.host), await stateOf(world), { viewer: as('b') });
  expect(state).toMatchObject({
    participants: [{ id: 'a' }, { id: 'b' }],
    floor: { phase: 'taken', holders: [{ participant: 'a' }], queue: [{ participant: 'b', position: 1 }] },
    context: {
      topic: 'Bridges',
      openItems: [{ kind: 'task', text: 'Ask the town.' }],
      decisions: [{ text: 'Steel.', by: 'b' }],
    },
  });
  expect(state.contributions.map(({ participant, utterances }) => [participant, utterances])).toEqual([
    ['b', 5],
    ['a', 5],
  ]);
});

test('[CU-1] what waits for a participant: questions, tasks, its turn, its place in the queue', async () => {
  const world = await room();
  await world.ok('cnv_1', 'a', 'item.open', { kind: 'question', text: 'Why?', assignee: 'b' });
  await world.ok('cnv_1', 'a', 'floor.request', {});
  await world.ok('cnv_1', 'b', 'floor.request', {});
  const state = await stateOf(world);
  const forB = await catchUp(partsOf(world.host), state, { viewer: as('b'), last: 0 });
  expect(forB.events).toEqual([]);
  expect(forB.waiting).toEqual([
    expect.objectContaining({ kind: 'question', text: 'Why?' }) as unknown,
    { kind: 'floor', position: 1 },
  ]);
  const forA = await catchUp(partsOf(world.host), state, { viewer: as('a') });
  expect(forA.waiting).toEqual([
    expect.objectContaining({ kind: 'floor', grant: state.floor.holders[0]!.grant }),
  ]);
  expect((await catchUp(partsOf(world.host), state, { viewer: as(null) })).waiting).toEqual([]);
});

test('[CU-2] who returns gets all that it missed if that is little, else the last 20', async () => {
  const world = await room();
  const state = await stateOf(world);
  const few = await catchUp(partsOf(world.host), state, { viewer: as('a'), after: state.seq - 30 });
  expect([few.events.length, few.missed]).toEqual([30, 0]);
  for (let turn = 0; turn < 40; turn += 1) await world.say('cnv_1', 'a', `more ${turn}`);
  const later = await stateOf(world);
  const many = await catchUp(partsOf(world.host), later, { viewer: as('a'), after: state.seq });
  expect(many.events).toHaveLength(20);
  expect(many.missed).toBe(later.seq - state.seq - 20);
  const none = await catchUp(partsOf(world.host), later, { viewer: as('a'), after: later.seq });
  expect([none.events.length, none.missed]).toEqual([0, 0]);
});

test('[RT-7] private events are in the catch-up of their audience only, and in its chain', async () => {
  const log = new FakeConversations();
  for (const audience of ['all', ['a'], 'all', ['b'], ['b'], 'all'] as const) log.store(audience);
  const world = await room();
  const state = { ...(await stateOf(world)), seq: 6 };
  const forA = await catchUp(partsOf(log), state, { viewer: as('a'), last: 3 });
  expect(forA.events.map(({ seq, after }) => [after, seq])).toEqual([
    [1, 2],
    [2, 3],
    [3, 6],
  ]);
  expect(forA.missed).toBe(1);
  const forNobody = await catchUp(partsOf(log), state, { viewer: as(null), last: 100 });
  expect(seqs(forNobody.events)).toEqual([1, 3, 6]);
  expect(forNobody.missed).toBe(0);
});

test('[RT-7] with visibility sinceJoin nothing from before is given or counted', async () => {
  const world = await room({ history: { visibility: 'sinceJoin' } });
  const { seq: joined } = await world.join('cnv_1', 'c');
  await world.say('cnv_1', 'a', 'after');
  const state = await stateOf(world);
  const { events, missed } = await catchUp(partsOf(world.host), state, { viewer: as('c') });
  expect(seqs(events)[0]).toBe(joined);
  expect([events.length, missed]).toEqual([state.seq - joined + 1, 0]);
  expect(historyFrom(state, 'stranger')).toBeGreaterThan(state.seq);
  expect(historyFrom(state, null)).toBe(0);
});

test('[CU-3] the catch-up of a long conversation reads no more of it than that of a short one', async () => {
  const world = await room();
  const sizes = [1_000, 100_000].map((size) => {
    const log = new FakeConversations();
    for (let index = 0; index < size; index += 1) log.store();
    return log;
  });
  for (const log of sizes) {
    const state = { ...(await stateOf(world)), seq: log.stored.length };
    const { missed } = await catchUp(partsOf(log), state, { viewer: as('a'), newcomer: true, last: 50 });
    expect(missed).toBe(log.stored.length - 50);
  }
  expect(sizes[1]!.reads).toBe(sizes[0]!.reads);
});

test('[CU-3] a rare audience costs a bounded search', async () => {
  const world = await room();
  const log = new FakeConversations();
  for (let index = 0; index < 50_000; index += 1) log.store(['b']);
  const state = { ...(await stateOf(world)), seq: 50_000 };
  const { events, missed } = await catchUp(partsOf(log), state, { viewer: as('a'), last: 50 });
  expect(events).toEqual([]);
  expect(missed).toBeLessThan(50_000);
  expect(log.reads).toBeLessThan(20);
});

test('[CU-1] what waits for a participant: votes that it has not cast, and permission that it is asked for', async () => {
  const world = new HostWorld();
  const timers = { minSpeakingMs: 0 };
  await world.create('cnv_1', ['a', 'b', 'c'], {
    floor: { timers, strategy: { kind: 'consensus', minVotes: 3 } },
    interruption: { kind: 'cooperative' },
  });
  await world.ok('cnv_1', 'a', 'floor.request', {});
  const ballot = (await stateOf(world)).floor.ballot!;
  await world.ok('cnv_1', 'b', 'vote.cast', { ballot: ballot.id, choice: 'a' });
  const waitsFor = async (who: string) =>
    (await catchUp(partsOf(world.host), await stateOf(world), { viewer: as(who), last: 0 })).waiting;
  const vote = { kind: 'vote', ballot: ballot.id, closesAt: new Date(ballot.closesAt).toISOString() };
  expect(await waitsFor('b')).toEqual([]);
  expect(await waitsFor('c')).toEqual([vote]);
  expect(await waitsFor('a')).toEqual([vote, { kind: 'floor', position: 1 }]);
  for (const id of ['a', 'c']) await world.ok('cnv_1', id, 'vote.cast', { ballot: ballot.id, choice: 'a' });

  await world.ok('cnv_1', 'b', 'floor.interrupt', {});
  const asked = (await stateOf(world)).floor.interruption!;
  expect(await waitsFor('a')).toMatchObject([
    { kind: 'permission', interruption: asked.id, participant: 'b' },
    { kind: 'floor' },
  ]);
  expect(await waitsFor('b')).toEqual([]);
});

test('[CU-1] what waits for a participant: a motion to vote on, and the word that it has before others', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a', 'b', 'c'], {
    floor: { timers: { minSpeakingMs: 0 }, replyWindowMs: 10_000 },
    interruption: { kind: 'consensusRequired', minVotes: 2 },
  });
  const waitsFor = async (who: string) =>
    (await catchUp(partsOf(world.host), await stateOf(world), { viewer: as(who), last: 0 })).waiting;
  const { data } = await world.ok('cnv_1', 'a', 'floor.request', {});
  await world.ok('cnv_1', 'b', 'floor.interrupt', {});
  const ballot = (await stateOf(world)).floor.ballot!;
  expect(ballot.kind).toBe('motion');
  expect(await waitsFor('c')).toMatchObject([{ kind: 'vote', ballot: ballot.id }]);
  await world.ok('cnv_1', 'a', 'speech', {
    ...{ grant: data['grant'] as number, text: 'Steel, c?', addressedTo: ['c'], expectsReply: true },
  });
  const { replyWindow } = (await stateOf(world)).floor;
  const closesAt = new Date(replyWindow!.closesAt).toISOString();
  expect(await waitsFor('c')).toEqual([{ kind: 'question', closesAt }]);
  expect(await waitsFor('b')).toEqual([{ kind: 'floor', position: 1 }]);
});

test('[CS-4] what a stream leaves out is counted by the own chain, and of long ago by seq', async () => {
  const world = await room();
  const state = await stateOf(world);
  const log = new FakeConversations();
  for (const audience of ['all', ['a'], ['b'], 'all', ['b']] as const) log.store(audience);
  const missed = (seq: number, after: number, historyFrom?: number) =>
    missedSince(
      log,
      { ...state, seq },
      { participant: 'a', ...(historyFrom === undefined ? {} : { historyFrom }) },
      after,
    );
  expect(await missed(5, 1)).toEqual({ count: 2, last: 4 });
  expect(await missed(5, 4)).toEqual({ count: 0, last: 4 });
  expect(await missed(5, 0, 3)).toEqual({ count: 1, last: 4 });
  for (let index = 0; index < 5_000; index += 1) log.store(['b']);
  const before = log.reads;
  expect(await missed(5_005, 0)).toEqual({ count: 5_005 - 4_096, last: 0 });
  expect(log.reads - before).toBeLessThan(12);
});

test('[TS-4] [TS-8] a catch-up shows bids and accounts to whom they belong, and to moderators', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a', 'b'], { floor: { strategy: { kind: 'bidding' } } });
  const amount = { currency: 'priorityPoints', value: 40 };
  await world.ok('cnv_1', 'a', 'floor.request', { preview: 'My secret', amount });
  const seenBy = async (participant: string | null, moderator = false) => {
    const viewer = { participant, moderator };
    const { state, events } = await catchUp(partsOf(world.host), await stateOf(world), { viewer });
    return { accounts: state.credits.length, text: JSON.stringify([state, events]) };
  };
  const [own, other, moderator] = [await seenBy('a'), await seenBy('b'), await seenBy(null, true)];
  expect([own.accounts, other.accounts, moderator.accounts]).toEqual([1, 1, 2]);
  expect(own.text).toContain('My secret');
  expect(other.text).not.toMatch(/My secret|bid\.placed|"balance":60/);
  expect(moderator.text).toContain('My secret');
});
