import { expect, test } from 'vitest';
import { ExtractiveSummariser } from '../catch-up/summariser.extractive.ts';
import { HostWorld } from '../host/host.fixture.ts';
import type { Conversations } from '../host/submission.ts';
import { marksIn } from '../ports/summariser.contract.ts';
import type { SummaryMaterial } from '../ports/summariser.ts';
import type { CatchUpRequest } from './catch-up.ts';
import { catchUp } from './catch-up.ts';
import { FakeConversations } from './delivery.fixture.ts';
import { Summaries } from './summaries.ts';

const CNV = 'cnv_1';

/** A room, and what its summaries rest on. */
class Talk {
  readonly world = new HostWorld();
  readonly materials: SummaryMaterial[] = [];
  readonly #conversations: Conversations;
  readonly #summaries: Summaries;

  constructor(conversations?: Conversations) {
    this.#conversations = conversations ?? this.world.host;
    const extractive = new ExtractiveSummariser();
    this.#summaries = new Summaries(this.#conversations, {
      summarise: (material) => {
        this.materials.push(material);
        return extractive.summarise(material);
      },
    });
  }

  static async open(config: object = {}, members = ['a', 'b']): Promise<Talk> {
    const talk = new Talk();
    await talk.world.create(CNV, members, { ...config, routing: { kind: 'broadcast', whisper: true } });
    return talk;
  }

  async state() {
    return (await this.world.host.state(CNV))!;
  }

  async say(who: string, text: string, more: object = {}): Promise<number> {
    const { data } = await this.world.ok(CNV, who, 'floor.request', {});
    const grant = data['grant'] as number;
    await this.world.ok(CNV, who, 'speech', { grant, text, ...more });
    return grant + 1;
  }

  /** Ninety events that nobody asks about: more than the threshold together with some others. */
  async chat(): Promise<void> {
    for (let turn = 0; turn < 30; turn += 1) await this.say('b', `chat ${turn}`);
  }

  async catchUp(participant: string | null, more: Partial<CatchUpRequest> = {}) {
    const parts = { conversations: this.#conversations, summaries: this.#summaries };
    return catchUp(parts, await this.state(), { viewer: { participant, moderator: false }, ...more });
  }
}

test('[CU-2] who returns after much gets a summary of the gap and the last 20; after little, neither', async () => {
  const talk = await Talk.open();
  await talk.say('b', 'Before.');
  const { seq: after } = await talk.state();
  await talk.world.ok(CNV, 'b', 'topic.set', { topic: 'Bridges' });
  const rated = await talk.say('b', 'Two lanes, I say.');
  await talk.world.ok(CNV, 'a', 'reaction.add', { to: rated, kind: 'agree', rating: 1 });
  await talk.world.ok(CNV, 'b', 'decision.record', { text: 'Two lanes.', basedOn: rated });
  await talk.world.ok(CNV, 'b', 'item.open', { kind: 'question', text: 'Steel?', assignee: 'a' });
  const little = await talk.catchUp('a', { after });
  expect(little.summary).toBeUndefined();
  expect(little.missed).toBe(0);
  await talk.chat();
  await talk.chat();
  const much = await talk.catchUp('a', { after });
  const { seq } = await talk.state();
  expect(much.events).toHaveLength(20);
  expect(much.missed).toBe(seq - after - 20);
  const last = seq - 1;
  expect(much.summary).toEqual({
    text: [
      `Decided: “Two lanes.” (b) [#${rated + 3}]`,
      `Open question for you: “Steel?” [#${rated + 4}]`,
      `b changed the topic to “Bridges” [#${after + 1}]`,
      `Rated +1: b, “Two lanes, I say.” [#${rated}]`,
      `Spoke: b 61 ×, last [#${last}]`,
    ].join('\n'),
    upTo: seq,
    cites: [after + 1, rated, rated + 3, rated + 4, last],
  });
  expect(marksIn(much.summary!.text).every((cited) => cited > after)).toBe(true);
});

test('[CU-2] a hundred events are few: they are all given; of one more the last 20, summed up', async () => {
  const log = new FakeConversations();
  for (let index = 0; index < 201; index += 1) log.store();
  const talk = new Talk(log);
  await talk.world.create(CNV, ['a']);
  const state = { ...(await talk.state()), seq: 201 };
  talk.state = () => Promise.resolve(state);
  const few = await talk.catchUp('a', { after: 101 });
  expect([few.events.length, few.missed, talk.materials.length]).toEqual([100, 0, 0]);
  const many = await talk.catchUp('a', { after: 100 });
  expect([many.events.length, many.missed, talk.materials.length]).toEqual([20, 81, 1]);
});

test('[CU-2] what was decided or asked before the gap, or is settled by now, is not told as missed', async () => {
  const talk = await Talk.open();
  const { seq } = await talk.state();
  await talk.world.ok(CNV, 'b', 'decision.record', { text: 'Old.', basedOn: seq });
  await talk.world.ok(CNV, 'b', 'item.open', { kind: 'task', text: 'Old task.' });
  const { seq: after } = await talk.state();
  const first = await talk.world.ok(CNV, 'b', 'decision.record', { text: 'Wood.', basedOn: after });
  const supersedes = first.data['decision'] as string;
  await talk.world.ok(CNV, 'b', 'decision.record', { text: 'Steel.', supersedes, basedOn: first.seq });
  const { data } = await talk.world.ok(CNV, 'b', 'item.open', { kind: 'task', text: 'Gone.' });
  await talk.world.ok(CNV, 'b', 'item.resolve', { item: data['item'] as string, resolution: 'Done.' });
  await talk.chat();
  await talk.chat();
  const { text } = (await talk.catchUp('a', { after })).summary!;
  expect(text).toContain('“Steel.”');
  expect(text).not.toMatch(/Old|Wood|Gone/);
});

test('[CU-2] what was asked is told by its question mark, in whatever script', async () => {
  const talk = await Talk.open();
  const { seq: after } = await talk.state();
  const asked = await talk.say('b', '«خشب؟»', { addressedTo: ['a'] });
  await talk.say('b', '«خشب»', { addressedTo: ['a'] });
  await talk.chat();
  await talk.chat();
  const { text } = (await talk.catchUp('a', { after })).summary!;
  expect(text.split('\n').filter((line) => line.includes('asked you'))).toEqual([
    `b asked you: “«خشب؟»” [#${asked}]`,
  ]);
});

test('[RT-7] a summary rests on no whisper but the reader’s own, nor does its count', async () => {
  const talk = await Talk.open({}, ['a', 'b', 'c']);
  const { seq: after } = await talk.state();
  await talk.say('b', 'For c alone: the vault.', { to: ['c'] });
  const own = await talk.say('b', 'For a alone: the door?', {
    to: ['a'],
    addressedTo: ['a'],
    expectsReply: true,
  });
  await talk.chat();
  await talk.chat();
  const forA = (await talk.catchUp('a', { after })).summary!;
  expect(forA.text).toContain(`b asked you: “For a alone: the door?” [#${own}]`);
  expect(forA.text).toContain('b 61 ×');
  expect(JSON.stringify(talk.materials)).not.toContain('vault');
  const forC = (await talk.catchUp('c', { after })).summary!;
  expect(forC.text).not.toContain('door');
  const forNobody = (await talk.catchUp(null, { after })).summary!;
  expect(forNobody.text).toContain('b 60 ×');
});

test('[RT-7] with visibility sinceJoin a summary begins with one’s joining', async () => {
  const talk = await Talk.open({ history: { visibility: 'sinceJoin' } });
  const { seq } = await talk.state();
  await talk.world.ok(CNV, 'b', 'decision.record', { text: 'Secret.', basedOn: seq });
  await talk.chat();
  await talk.chat();
  const { seq: joined } = await talk.world.join(CNV, 'c');
  await talk.world.ok(CNV, null, 'summary.record', { text: 'Secret.', upTo: joined, cites: [] });
  expect(await talk.catchUp('c', { newcomer: true })).not.toHaveProperty('summary');
  await talk.chat();
  await talk.chat();
  const { text, cites } = (await talk.catchUp('c', { after: 1 })).summary!;
  expect(text).not.toContain('Secret');
  expect(Math.min(...cites)).toBeGreaterThan(joined);
});

test('[CU-1] a newcomer to much is told in short what all may read; those who come with it share that', async () => {
  const talk = await Talk.open({}, ['a', 'b', 'c']);
  await talk.say('b', 'For c alone: the vault.', { to: ['c'] });
  expect(await talk.catchUp('a', { newcomer: true })).not.toHaveProperty('summary');
  await talk.chat();
  await talk.chat();
  const first = await talk.catchUp('a', { newcomer: true, last: 5 });
  expect(first.summary?.text).toBe(`Spoke: b 60 ×, last [#${first.state.seq - 1}]`);
  await talk.say('b', 'One more.');
  const second = await talk.catchUp('c', { newcomer: true });
  expect(second.summary).toEqual(first.summary);
  expect(talk.materials).toHaveLength(1);
  await talk.chat();
  await talk.chat();
  expect((await talk.catchUp('c', { newcomer: true })).summary?.text).toContain('b 121 ×');
  expect(talk.materials).toHaveLength(2);
});

test('[CU-1] a summary that is in the log is given to who joins, and nothing is made anew', async () => {
  const talk = await Talk.open();
  await talk.chat();
  const recorded = { text: 'They chatted. [#5]', upTo: 20, cites: [5] };
  await talk.world.ok(CNV, null, 'summary.record', recorded);
  for (const last of [0, 10]) {
    expect((await talk.catchUp('a', { newcomer: true, last })).summary).toEqual(recorded);
  }
  expect((await talk.catchUp(null)).summary).toEqual(recorded);
  expect(talk.materials).toEqual([]);
});

test('[CU-1] with `last: 0` nothing is searched for or summed up', async () => {
  const log = new FakeConversations();
  for (let index = 0; index < 5_000; index += 1) log.store();
  const talk = new Talk(log);
  await talk.world.create(CNV, ['a']);
  const state = { ...(await talk.state()), seq: 5_000 };
  talk.state = () => Promise.resolve(state);
  expect(await talk.catchUp('a', { last: 0 })).not.toHaveProperty('summary');
  expect(await talk.catchUp('a', { last: 0, after: 10 })).not.toHaveProperty('summary');
  expect([log.reads, talk.materials.length]).toEqual([2, 0]);
});

test('[CU-1] what waits: questions of the gap that were not answered, however long it is', async () => {
  const talk = await Talk.open({}, ['a', 'b', 'c']);
  const { seq: after } = await talk.state();
  const asks = { addressedTo: ['a'], expectsReply: true };
  const first = await talk.say('b', 'Steel, a?', asks);
  await talk.say('c', 'To everybody?', { addressedTo: ['b'], expectsReply: true });
  await talk.say('c', 'For your information.', { addressedTo: ['a'] });
  // A question that nobody has to answer.
  await talk.say('c', 'Who knows?', { addressedTo: ['a'] });
  const second = await talk.say('c', 'Wood, a?', asks);
  const waits = async () =>
    (await talk.catchUp('a', { after })).waiting.map((item) => [item.kind, 'seq' in item && item.seq]);
  expect(await waits()).toEqual([
    ['question', first],
    ['question', second],
  ]);
  // However few events are asked for.
  expect((await talk.catchUp('a', { after, last: 1 })).waiting).toHaveLength(2);
  // But where none is, the gap is not searched.
  expect((await talk.catchUp('a', { after, last: 0 })).waiting).toEqual([]);
  expect((await talk.catchUp('a', { after })).waiting[0]).toEqual({
    kind: 'question',
    participant: 'b',
    text: 'Steel, a?',
    seq: first,
  });
  await talk.say('a', 'Yes.', { inReplyTo: first });
  expect(await waits()).toEqual([['question', second]]);
  await talk.chat();
  await talk.chat();
  expect(await waits()).toEqual([['question', second]]);
  await talk.say('a', 'Why not.', { addressedTo: ['b'] });
  expect(await waits()).toEqual([['question', second]]);
  await talk.say('a', 'And no wood.', { addressedTo: ['c'] });
  expect(await waits()).toEqual([]);
});

test('[CU-3] joining reads as many pages of 100 000 events as of 1 000, and returning a bounded number', async () => {
  const reads: Record<string, number[]> = { newcomer: [], returner: [] };
  for (const size of [1_000, 100_000]) {
    const log = new FakeConversations();
    for (let index = 0; index < size; index += 1) log.store();
    const talk = new Talk(log);
    await talk.world.create(CNV, ['a']);
    const state = { ...(await talk.state()), seq: size };
    talk.state = () => Promise.resolve(state);
    await talk.catchUp('a', { newcomer: true, last: 50 });
    reads['newcomer']!.push(log.reads);
    log.reads = 0;
    await talk.catchUp('a', { after: 1 });
    reads['returner']!.push(log.reads);
  }
  expect(reads['newcomer']).toEqual([3, 3]);
  expect(reads['returner']).toEqual([3, 10]);
});
