import { describe, expect, test } from 'vitest';
import { encodeEvent, withAfter, withEarly } from '@parley/protocol';
import type { FakeHub } from './testing/fake-hub.ts';
import { settled } from './testing/manual-clock.ts';
import { scenario } from './testing/scenario.ts';

const CONVERSATION = 'cnv_1';
const acks = (hub: FakeHub) =>
  hub.received.filter(({ op }) => op === 'ack').map(({ data }) => data['seq'] as number);

/** A hub whose conversation has this level, and with Bob in it. */
const levelled = (consistency: object) =>
  scenario({}, {}, (hub) => {
    hub.act(null, 'conversation.configure', { config: { consistency } });
    hub.addMember('bob');
  });

const say = (hub: FakeHub, who: string, text = 'Hear me.') => {
  hub.act(who, 'floor.request', {});
  const { grant } = hub.state.floor.holders[0]!;
  hub.act(who, 'speech', { grant, text });
};

describe('acknowledging', () => {
  test('[CS-1] a strong view acknowledges each utterance at once, with one frame', async () => {
    const { hub, room, connection } = await levelled({ kind: 'strong' });
    hub.act('bob', 'ack', { seq: hub.state.seq });
    say(hub, 'bob');
    await settled();
    await settled();
    expect(acks(hub)).toEqual([hub.state.seq]);
    expect(hub.state.live.acknowledged).toBeDefined();
    hub.act('bob', 'ack', { seq: hub.state.seq });
    // The next turn did not have to wait for it.
    hub.act('bob', 'floor.request', {});
    await settled();
    expect(room.view.floor.holders).toMatchObject([{ participant: 'bob' }]);
    await connection.close();
  });

  test('[CS-3] other views do so every few hundred milliseconds, and when it becomes quiet', async () => {
    const { clock, hub, room, connection } = await levelled({ kind: 'causal' });
    for (const topic of ['a', 'b', 'c']) hub.act('bob', 'topic.set', { topic });
    await settled();
    expect(acks(hub)).toEqual([]);
    await clock.advance(299);
    expect(acks(hub)).toEqual([]);
    await clock.advance(1);
    expect(acks(hub)).toEqual([room.resume.seq]);
    await clock.advance(5_000);
    expect(acks(hub)).toHaveLength(1);
    await connection.close();
  });

  test('[CS-4] a best-effort view acknowledges nothing', async () => {
    const { clock, hub, connection } = await levelled({ kind: 'bestEffort' });
    hub.act('bob', 'topic.set', { topic: 'a' });
    await clock.advance(1_000);
    expect(acks(hub)).toEqual([]);
    await connection.close();
  });

  test('[CS-1] its own level counts, and it is what it was joined with', async () => {
    const { hub, room, connection } = await scenario(
      {},
      { consistency: { kind: 'strong', barrierTimeoutMs: 1_000 } },
      (prepared) => prepared.addMember('bob'),
    );
    expect(room.self?.consistency).toEqual({ kind: 'strong', barrierTimeoutMs: 1_000 });
    say(hub, 'bob');
    await settled();
    await settled();
    expect(acks(hub)).toEqual([hub.state.seq]);
    await connection.close();
  });

  test('nothing is acknowledged over a connection that is gone, and a resume says it itself', async () => {
    const { clock, hub, room, connection } = await levelled({ kind: 'causal' });
    hub.act('bob', 'topic.set', { topic: 'a' });
    await settled();
    hub.disconnect();
    await clock.advance(2_000);
    expect(room.live).toBe(true);
    const resumed = hub.received.findLast(({ op }) => op === 'conversation.join')!;
    expect(resumed.data['resume']).toMatchObject({ seq: hub.state.seq - 2 });
    expect(acks(hub).every((seq) => seq > hub.state.seq - 2)).toBe(true);
    await connection.close();
  });
});

describe('commands', () => {
  test('[CS-1] a strong view changes the shared context on what has been said, or not at all', async () => {
    const { hub, room, connection } = await levelled({ kind: 'strong' });
    const basis = () =>
      (hub.received.findLast(({ op }) => op === 'topic.set') as { basedOn?: number }).basedOn;
    const { seq } = room.resume;
    await room.setTopic('Tea');
    expect(basis()).toBe(seq);
    // What it says itself is no reason for a conflict, though its event comes after the answer.
    await room.floor.request();
    hub.onSend = (text) => (text.includes('speech.ended') ? 'drop' : 'pass');
    await room.say('Let us have coffee.', { final: false });
    await room.setTopic('Coffee');
    expect(basis()).toBeUndefined();
    await connection.close();
  });

  test('basedOn can be given, and is sent as it is', async () => {
    const { hub, room, connection } = await levelled({ kind: 'causal' });
    await room.setTopic('Tea');
    await room.setTopic('Coffee', { basedOn: 2 });
    const frames = hub.received.filter(({ op }) => op === 'topic.set') as { basedOn?: number }[];
    expect(frames.map(({ basedOn }) => basedOn)).toEqual([undefined, 2]);
    await connection.close();
  });

  test('[CS-1] an interruption that is granted waits for its turn as long as views may take', async () => {
    const { clock, hub, room, connection } = await scenario({}, {}, (prepared) => {
      prepared.addMember('bob');
      prepared.act(null, 'conversation.configure', {
        config: {
          consistency: { kind: 'strong', barrierTimeoutMs: 20_000 },
          interruption: { kind: 'priorityBased', threshold: 0 },
          floor: { timers: { minSpeakingMs: 0 } },
        },
      });
    });
    hub.act('bob', 'floor.request', {});
    const { grant } = hub.state.floor.holders[0]!;
    const { utterance } = hub.act('bob', 'speech.start', { grant }) as { utterance: string };
    hub.act('bob', 'speech.delta', { utterance, text: 'As I was' });
    await settled();
    const interrupting = room.floor.interrupt({ urgency: 1 });
    await clock.advance(19_000);
    // Bob has not acknowledged what he said.
    expect(room.floor.mine).toBeNull();
    hub.act('bob', 'ack', { seq: hub.state.seq });
    await settled();
    expect(await interrupting).toMatchObject({ outcome: 'granted' });
    expect(room.floor.mine).not.toBeNull();
    await connection.close();
  });
});

describe('early events', () => {
  /** Three events of Bob's, none of which has reached the room. */
  async function missing() {
    const made = await levelled({ kind: 'causal' });
    const { hub } = made;
    const last = hub.state.seq;
    hub.onSend = (text) => (text.includes('topic.changed') ? 'drop' : 'pass');
    for (const topic of ['a', 'b', 'c']) hub.act('bob', 'topic.set', { topic });
    await settled();
    hub.onSend = () => 'pass';
    const text = (seq: number) => encodeEvent(CONVERSATION, hub.log[seq - 1]!);
    const heard: string[] = [];
    made.room.on((event) => {
      if (event.event === 'topic.changed') heard.push(event.data.topic);
    });
    return { ...made, last, text, heard };
  }

  test('[CS-3] are heard at once; view, transcript and resume take them in at their place', async () => {
    const { hub, room, connection, last, text, heard } = await missing();
    hub.socket.push(withEarly(text(last + 3), last + 2));
    await settled();
    expect(heard).toEqual(['c']);
    expect([room.view.context.topic, room.resume.seq]).toEqual([null, last]);
    hub.socket.push(withAfter(text(last + 1), last));
    await settled();
    expect([room.view.context.topic, room.resume.seq]).toEqual(['a', last + 1]);
    hub.socket.push(withAfter(text(last + 2), last + 1));
    await settled();
    expect(heard).toEqual(['c', 'a', 'b']);
    expect([room.view.context.topic, room.resume.seq]).toEqual(['c', last + 3]);
    const topics = room.transcript.filter(({ kind }) => kind === 'topic');
    expect(topics.map((line) => (line as { text: string }).text)).toEqual(['a', 'b', 'c']);
    // None of this was a gap.
    expect(hub.received.filter(({ op }) => op === 'conversation.join')).toHaveLength(1);
    await connection.close();
  });

  test('[CS-3] come once, also where the connection is lost before their turn', async () => {
    const { clock, hub, room, connection, last, text, heard } = await missing();
    hub.socket.push(withEarly(text(last + 3), last + 2));
    hub.socket.push(withEarly(text(last + 3), last + 2));
    await settled();
    hub.disconnect();
    await clock.advance(2_000);
    const resumed = hub.received.findLast(({ op }) => op === 'conversation.join')!;
    expect(resumed.data['resume']).toMatchObject({ seq: last });
    expect(heard).toEqual(['c', 'a', 'b']);
    expect(room.view.context.topic).toBe('c');
    expect(room.resume.seq).toBe(hub.state.seq);
    await connection.close();
  });
});

describe('delivery', () => {
  test('[CS-4] a gap that was told is no reason to resume, and is shown', async () => {
    const { hub, room, connection } = await levelled({ kind: 'bestEffort' });
    const last = hub.state.seq;
    hub.onSend = (text) => (text.includes('topic.changed') ? 'drop' : 'pass');
    for (const topic of ['a', 'b', 'c']) hub.act('bob', 'topic.set', { topic });
    await settled();
    hub.onSend = () => 'pass';
    const at = new Date(hub.now).toISOString();
    const data = { participant: room.me, count: 2 };
    hub.socket.push(JSON.stringify({ event: 'delivery.dropped', conversation: CONVERSATION, at, data }));
    hub.socket.push(withAfter(encodeEvent(CONVERSATION, hub.log[last + 2]!), last + 2));
    await settled();
    expect([room.view.context.topic, room.resume.seq]).toEqual(['c', last + 3]);
    expect(room.transcript.find(({ kind }) => kind === 'gap')).toMatchObject({ missed: 2, seq: last + 3 });
    expect(hub.received.filter(({ op }) => op === 'conversation.join')).toHaveLength(1);
    await connection.close();
  });

  test('[CS-2] a view that is behind is told so, and when it is not any more', async () => {
    const { clock, hub, room, connection } = await levelled({ kind: 'eventual' });
    const tell = async (event: string, data: object) => {
      const frame = { event, conversation: CONVERSATION, at: new Date(hub.now).toISOString(), data };
      hub.socket.push(JSON.stringify(frame));
      await settled();
    };
    await tell('view.stale', { participant: 'bob', level: 'eventual', seq: 1, head: 9, lagMs: 300 });
    expect(room.view.participants.find(({ id }) => id === 'bob')).toMatchObject({ stale: true });
    expect(room.lag).toBeNull();
    await tell('view.stale', { participant: room.me, level: 'eventual', seq: 2, head: 9, lagMs: 250 });
    expect(room.lag).toEqual({ seq: 2, head: 9, lagMs: 250 });
    expect(room.self?.stale).toBe(true);
    await tell('view.caught_up', { participant: room.me, level: 'eventual', seq: 9 });
    expect([room.lag, room.self?.stale]).toEqual([null, undefined]);
    // What is not repeated is put right by the next resume.
    hub.disconnect();
    await clock.advance(2_000);
    expect(room.view.participants.some(({ stale }) => stale)).toBe(false);
    await connection.close();
  });
});
