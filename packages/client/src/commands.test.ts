import { describe, expect, test } from 'vitest';
import { failureOf } from './testing/failure.ts';
import { connect } from './connection.ts';
import { CONVERSATION, FakeHub } from './testing/fake-hub.ts';
import { ManualClock, settled } from './testing/manual-clock.ts';
import { scenario } from './testing/scenario.ts';

describe('commands', () => {
  test('a command whose reply was lost is sent again with the same id, and carried out once', async () => {
    const { hub, room, clock, connection } = await scenario();
    hub.onSend = (text) => (text.includes('"ok":true') ? 'cut' : 'pass');
    const setting = room.setTopic('once');
    await settled();
    hub.onSend = () => 'pass';
    await clock.advance(1_000);
    await setting;
    const sent = hub.received.filter(({ op }) => op === 'topic.set');
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
    expect(hub.log.filter(({ type }) => type === 'topic.changed')).toHaveLength(1);
    await connection.close();
  });

  test('a command that never reached the hub is sent after the resume, behind it and in order', async () => {
    const { hub, room, clock, connection } = await scenario();
    hub.disconnect();
    await settled();
    const all = Promise.all([room.setTopic('first'), room.setTopic('second')]);
    await clock.advance(1_000);
    await all;
    const sent = hub.received.map(({ op }) => op).filter((op) => op !== 'ack');
    expect(sent.slice(-3)).toEqual(['conversation.join', 'topic.set', 'topic.set']);
    expect(room.view.context.topic).toBe('second');
    await connection.close();
  });

  test('after a gap, commands that are under way are not sent a second time', async () => {
    const { hub, room, connection } = await scenario();
    hub.onSend = (text) => (text.includes('topic.changed') ? 'drop' : 'pass');
    await room.setTopic('a');
    hub.onSend = () => 'pass';
    await Promise.all([room.setTopic('b'), room.setTopic('c')]);
    await settled();
    expect(hub.received.filter(({ op }) => op === 'topic.set')).toHaveLength(3);
    expect(room.view.context.topic).toBe('c');
    await connection.close();
  });

  test('refusals are ParleyErrors with all that the hub said', async () => {
    const { hub, room, connection } = await scenario();
    hub.refuse = () => ({
      code: 'rate.limited',
      message: 'slowly',
      retryable: true,
      retryAfterMs: 70,
      details: { a: 1 },
    });
    await expect(room.setTopic('x')).rejects.toMatchObject({
      name: 'ParleyError',
      code: 'rate.limited',
      message: 'slowly',
      retryable: true,
      retryAfterMs: 70,
      details: { a: 1 },
    });
    await connection.close();
  });

  test('more than so many unanswered commands are refused here, and room is made by answers', async () => {
    const { hub, room, clock, connection } = await scenario({ maxInFlight: 2 });
    hub.disconnect();
    await settled();
    const waiting = [room.setTopic('1'), room.setTopic('2')];
    await expect(room.setTopic('3')).rejects.toMatchObject({
      code: 'client.too_many_in_flight',
      retryable: true,
    });
    await clock.advance(1_000);
    await Promise.all(waiting);
    await room.setTopic('4');
    await connection.close();
  });

  test('a frame that the hub would cut the connection for is refused here', async () => {
    const { room, connection } = await scenario();
    await expect(room.send('topic.set', { topic: '漢'.repeat(30_000) })).rejects.toMatchObject({
      code: 'request.too_large',
    });
    expect(connection.status).toBe('open');
    await connection.close();
  });

  test('an aborted command stops waiting, and its late answer bothers nobody', async () => {
    const { hub, room, connection, reported } = await scenario();
    const stop = new AbortController();
    const sending = room.send('topic.set', { topic: 'x' }, { signal: stop.signal });
    stop.abort(new Error('changed my mind'));
    await expect(sending).rejects.toThrow('changed my mind');
    await settled();
    expect(hub.state.context.topic).toBe('x');
    await expect(room.send('topic.set', { topic: 'y' }, { signal: stop.signal })).rejects.toThrow('changed');
    expect(reported).toEqual([]);
    await connection.close();
  });

  test('closing fails what is unanswered with client.closed', async () => {
    const { hub, room, connection } = await scenario();
    hub.onFrame = () => 'drop';
    const waiting = failureOf(room.setTopic('x'));
    await connection.close();
    expect(await waiting).toMatchObject({ code: 'client.closed' });
    expect(room.closed).toEqual({ cause: 'closed', error: null });
  });

  test('ids are unguessable and differ between instances', async () => {
    const [one, two] = [await scenario(), await scenario()];
    const prefix = (id: string) => id.split('.')[0]!;
    const first = one.hub.received.map(({ id }) => id);
    expect(new Set(first).size).toBe(first.length);
    for (const id of first) expect(id).toMatch(/^[A-Za-z0-9_.:-]{1,64}$/);
    expect(prefix(first[0]!)).toMatch(/^[0-9a-f]{32}$/);
    expect(prefix(first[0]!)).not.toBe(prefix(two.hub.received[0]!.id));
    await one.connection.close();
    await two.connection.close();
  });

  test('a join that was aborted after it was sent is taken back', async () => {
    const clock = new ManualClock();
    const hub = new FakeHub(clock);
    const connection = await connect(hub.transport, { token: 'token-ann', clock });
    const stop = new AbortController();
    const joining = connection.join(CONVERSATION, { kind: 'human', displayName: 'A', signal: stop.signal });
    stop.abort(new Error('no'));
    await expect(joining).rejects.toThrow('no');
    await settled();
    expect(hub.received.map(({ op }) => op)).toEqual(['hello', 'conversation.join', 'conversation.leave']);
    expect(Object.keys(hub.state.participants)).toEqual([]);
    await connection.close();
  });

  test('a join whose answer was lost joins once', async () => {
    const clock = new ManualClock();
    const hub = new FakeHub(clock);
    const connection = await connect(hub.transport, { token: 'token-ann', clock });
    let cuts = 0;
    hub.onSend = (text) => (text.includes('resumeToken') && cuts++ === 0 ? 'cut' : 'pass');
    const joining = connection.join(CONVERSATION, { kind: 'human', displayName: 'A' });
    await clock.advance(1_000);
    const room = await joining;
    expect(Object.keys(hub.state.participants)).toEqual([room.me]);
    hub.act(room.me, 'topic.set', { topic: 'works' });
    await settled();
    expect(room.view.context.topic).toBe('works');
    await connection.close();
  });

  test('joining the same conversation twice over one connection is refused here', async () => {
    const { connection } = await scenario();
    await expect(connection.join(CONVERSATION, { kind: 'human', displayName: 'B' })).rejects.toMatchObject({
      code: 'participant.already_joined',
    });
    await connection.close();
  });
});

describe('leaving', () => {
  test('leave closes the room without an error; other commands fail', async () => {
    const { hub, room, connection } = await scenario();
    const ended: unknown[] = [];
    room.onClosed((closed) => ended.push(closed));
    await room.leave('bye');
    expect(ended).toEqual([{ cause: 'left', error: null }]);
    expect(hub.state.participants[room.me]).toBeUndefined();
    await expect(room.setTopic('x')).rejects.toMatchObject({ code: 'client.closed' });
    await connection.close();
  });

  test('being removed closes the room and says so', async () => {
    const { hub, room, connection } = await scenario();
    hub.act(null, 'participant.remove', { participant: room.me });
    await settled();
    expect(room.closed).toMatchObject({ cause: 'removed', error: { code: 'participant.not_joined' } });
    await connection.close();
  });
});
