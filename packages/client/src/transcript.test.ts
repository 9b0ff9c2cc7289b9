import { describe, expect, test } from 'vitest';
import type { DurableWireEvent } from './events.ts';
import { connect } from './connection.ts';
import { encodeEvent } from '@parley/protocol';
import { CONVERSATION, FakeHub } from './testing/fake-hub.ts';
import { ManualClock, settled } from './testing/manual-clock.ts';
import { scenario } from './testing/scenario.ts';

function speakAs(hub: FakeHub, author: string, text: string): string {
  hub.act(author, 'floor.request', {});
  const grant = hub.state.floor.holders[0]!.grant;
  return hub.act(author, 'speech', { grant, text })['utterance'] as string;
}

const wireLog = (hub: FakeHub): DurableWireEvent[] =>
  hub.log.map((event) => JSON.parse(encodeEvent(CONVERSATION, event)) as DurableWireEvent);

describe('lines', () => {
  test('membership, topic, items, decisions and status are lines with names', async () => {
    const { hub, room, connection } = await scenario();
    hub.addMember('bob', 'Bob');
    hub.act('bob', 'topic.set', { topic: 'lunch' });
    const { item } = hub.act('bob', 'item.open', { kind: 'question', text: 'where?' }) as { item: string };
    hub.act('bob', 'item.resolve', { item, resolution: 'here' });
    hub.act('bob', 'decision.record', { text: 'soup', basedOn: hub.state.seq });
    hub.act(null, 'conversation.pause', { reason: 'break' });
    hub.act(null, 'conversation.resume', {});
    hub.act('bob', 'conversation.leave', {});
    hub.act(null, 'conversation.end', {});
    await settled();
    const lines = room.transcript.slice(1).map(({ kind, displayName }) => [kind, displayName]);
    expect(lines).toEqual([
      ['joined', 'Bob'],
      ['topic', 'Bob'],
      ['itemOpened', 'Bob'],
      ['itemResolved', 'Bob'],
      ['decision', 'Bob'],
      ['paused', ''],
      ['resumed', ''],
      ['left', 'Bob'],
      ['ended', ''],
    ]);
    expect(new Set(room.transcript.map(({ key }) => key)).size).toBe(room.transcript.length);
    await connection.close();
  });

  test('[HU-2] answers to what was resolved meanwhile say that they are late', async () => {
    const { hub, room, connection } = await scenario();
    hub.addMember('bob', 'Bob');
    const { item } = hub.act('bob', 'item.open', { kind: 'question', text: 'where?' }) as { item: string };
    const asked = hub.state.seq;
    const answer = (text: string): void => {
      hub.act('bob', 'floor.request', {});
      hub.act('bob', 'speech', { grant: hub.state.floor.holders[0]!.grant, text, inReplyTo: asked });
    };
    answer('here');
    hub.act('bob', 'item.resolve', { item, resolution: 'here' });
    answer('there');
    hub.act('bob', 'item.resolve', { item, resolution: 'there' });
    await settled();
    const told = room.transcript.flatMap((line) =>
      'late' in line ? [[line.kind, line.text, line.late]] : [],
    );
    expect(told).toEqual([
      ['itemOpened', 'where?', false],
      ['utterance', 'here', false],
      ['itemResolved', 'here', false],
      ['utterance', 'there', true],
      ['itemResolved', 'there', true],
    ]);
    await connection.close();
  });

  test('[RT-6] what was whispered, and what was not for all, says so', async () => {
    const { hub, room, connection } = await scenario();
    hub.act(null, 'conversation.configure', { config: { routing: { kind: 'topicBased', whisper: true } } });
    for (const name of ['bob', 'cy']) hub.addMember(name);
    const said = (data: object) => {
      hub.act('bob', 'floor.request', {});
      const grant = hub.state.floor.holders[0]!.grant;
      hub.act('bob', 'speech', { grant, text: 'hear me', ...data });
    };
    said({ to: [room.me] });
    said({ topics: ['tea'], addressedTo: [room.me] });
    said({});
    await settled();
    expect(room.transcript.filter(({ kind }) => kind === 'utterance')).toMatchObject([
      { whisperedTo: [room.me], narrowed: true },
      { whisperedTo: null, narrowed: true, topics: ['tea'] },
      { whisperedTo: null, narrowed: false },
    ]);
    await connection.close();
  });

  test('reactions are folded into what they are about, by utterance or by seq', async () => {
    const { hub, room, connection } = await scenario();
    hub.addMember('bob');
    const utterance = speakAs(hub, 'bob', 'good idea');
    const seq = hub.log.find(({ type }) => type === 'speech.ended')!.seq;
    await room.react(utterance, 'like', 1);
    await room.react(seq, 'laugh');
    await settled();
    const line = room.transcript.findLast(({ kind }) => kind === 'utterance');
    expect(line).toMatchObject({
      text: 'good idea',
      reactions: [
        { participant: room.me, kind: 'like', rating: 1 },
        { participant: room.me, kind: 'laugh' },
      ],
    });
    await connection.close();
  });

  test('is bounded, and keeps the newest', async () => {
    const { hub, room, connection } = await scenario({ transcriptLines: 5 });
    for (let n = 1; n <= 12; n += 1) hub.act(room.me, 'topic.set', { topic: `${n}` });
    await settled();
    expect(room.transcript.map((line) => 'text' in line && line.text)).toEqual(['8', '9', '10', '11', '12']);
    await connection.close();
  });

  test('stays the same array until something changes, and lines that did not change stay too', async () => {
    const { hub, room, connection } = await scenario();
    hub.act(room.me, 'topic.set', { topic: 'a' });
    await settled();
    const before = room.transcript;
    expect(room.transcript).toBe(before);
    await room.signal('hand');
    await settled();
    expect(room.transcript).toBe(before);
    hub.act(room.me, 'topic.set', { topic: 'b' });
    await settled();
    expect(room.transcript).not.toBe(before);
    expect(room.transcript[0]).toBe(before[0]);
    await connection.close();
  });
});

describe('catching up', () => {
  test('a joiner sees the last lines, with the names of those who left, and what is being said', async () => {
    const clock = new ManualClock();
    const hub = new FakeHub(clock);
    hub.addMember('bob', 'Bob');
    hub.addMember('cat', 'Cat');
    speakAs(hub, 'bob', 'I must go');
    hub.act('bob', 'conversation.leave', {});
    hub.act('cat', 'floor.request', {});
    const grant = hub.state.floor.holders[0]!.grant;
    const { utterance } = hub.act('cat', 'speech.start', { grant }) as { utterance: string };
    hub.act('cat', 'speech.delta', { utterance, text: 'as I was ', offset: 0 });
    const connection = await connect(hub.transport, { token: 'token-ann', clock });
    const room = await connection.join(CONVERSATION, {
      kind: 'human',
      displayName: 'Ann',
      catchUp: { last: 50 },
    });
    const spoken = () => room.transcript.filter(({ kind }) => kind === 'utterance');
    expect(spoken()).toMatchObject([
      { displayName: 'Bob', text: 'I must go', status: 'ended' },
      { displayName: 'Cat', text: 'as I was ', status: 'speaking' },
    ]);
    hub.act('cat', 'speech.delta', { utterance, text: 'saying', offset: 9 });
    await settled();
    expect(spoken()[1]).toMatchObject({ text: 'as I was saying' });
    await connection.close();
  });

  test('what was said while away is whole after a resume, though its pieces are in no event', async () => {
    const { hub, room, clock, connection } = await scenario();
    hub.addMember('bob');
    hub.act('bob', 'floor.request', {});
    const grant = hub.state.floor.holders[0]!.grant;
    await settled();
    hub.disconnect();
    const { utterance } = hub.act('bob', 'speech.start', { grant }) as { utterance: string };
    hub.act('bob', 'speech.delta', { utterance, text: 'unheard, ', offset: 0 });
    await clock.advance(2_000);
    hub.act('bob', 'speech.delta', { utterance, text: 'heard', offset: 9 });
    await settled();
    expect(room.view.speaking[0]?.text).toBe('unheard, heard');
    expect(room.transcript.at(-2)).toMatchObject({ kind: 'utterance', text: 'unheard, heard' });
    await connection.close();
  });

  test('an utterance whose end was missed is marked lost, between known lines and the gap', async () => {
    const { hub, room, clock, connection } = await scenario();
    hub.addMember('bob');
    hub.act('bob', 'floor.request', {});
    const { utterance } = hub.act('bob', 'speech.start', { grant: hub.state.floor.holders[0]!.grant }) as {
      utterance: string;
    };
    hub.act('bob', 'speech.delta', { utterance, text: 'half', offset: 0 });
    await settled();
    hub.disconnect();
    hub.keepsSuffix = false;
    hub.act('bob', 'speech.end', { utterance });
    for (let n = 1; n <= 4; n += 1) hub.act('bob', 'topic.set', { topic: `${n}` });
    await clock.advance(2_000);
    const kinds = room.transcript.map((line) => (line.kind === 'utterance' ? line.status : line.kind));
    const lost = kinds.indexOf('lost');
    const gap = kinds.indexOf('gap');
    expect(lost).toBeGreaterThan(-1);
    expect(gap).toBe(lost + 1);
    expect(room.transcript[gap]).toMatchObject({ missed: expect.any(Number) });
    await connection.close();
  });

  test('older events go before what is there, once', async () => {
    const clock = new ManualClock();
    const hub = new FakeHub(clock);
    hub.addMember('bob', 'Bob');
    for (let n = 1; n <= 5; n += 1) hub.act('bob', 'topic.set', { topic: `${n}` });
    const connection = await connect(hub.transport, { token: 'token-ann', clock });
    const room = await connection.join(CONVERSATION, {
      kind: 'human',
      displayName: 'Ann',
      catchUp: { last: 2 },
    });
    const texts = () => room.transcript.map((line) => ('text' in line ? line.text : line.kind));
    expect(texts()).toEqual(['5', 'joined']);
    room.addHistory(wireLog(hub));
    expect(texts()).toEqual(['joined', '1', '2', '3', '4', '5', 'joined']);
    room.addHistory(wireLog(hub));
    expect(texts()).toHaveLength(7);
    await connection.close();
  });
});
