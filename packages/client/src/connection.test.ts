import { describe, expect, test } from 'vitest';
import { failureOf } from './testing/failure.ts';
import type { WireEvent } from './events.ts';
import { connect } from './connection.ts';
import { ParleyError } from './errors.ts';
import { CONVERSATION, FakeHub } from './testing/fake-hub.ts';
import { ManualClock, settled } from './testing/manual-clock.ts';
import { scenario } from './testing/scenario.ts';

const seqs = (events: readonly WireEvent[]) =>
  events.map(({ seq }) => seq).filter((seq) => seq !== undefined);

describe('connecting', () => {
  test('says hello first, with the token, and learns the principal and the hub’s time', async () => {
    const clock = new ManualClock();
    const hub = new FakeHub(clock);
    hub.skewMs = 90_000;
    const connection = await connect(hub.transport, { token: 'token-ann', client: 'test/1', clock });
    expect(hub.received[0]).toMatchObject({ op: 'hello', data: { token: 'token-ann', client: 'test/1' } });
    expect(connection).toMatchObject({ principal: 'ann', status: 'open', token: 'token-ann' });
    expect(connection.serverNow()).toBe(clock.now() + 90_000);
    await connection.close();
    expect(connection.status).toBe('closed');
    expect(hub.socket.closedBy?.code).toBe(1000);
    expect(clock.pending).toBe(0);
  });

  test('a guest keeps the token that the hub gave, and shows it after a reconnect', async () => {
    const clock = new ManualClock();
    const hub = new FakeHub(clock);
    const connection = await connect(hub.transport, { clock, reconnect: { random: () => 0.5 } });
    expect(connection.token).toBe('token-guest');
    hub.disconnect();
    await clock.advance(1_000);
    expect(connection.status).toBe('open');
    expect(hub.received.at(-1)).toMatchObject({ op: 'hello', data: { token: 'token-guest' } });
    await connection.close();
  });

  test('rejects with the hub’s own error when the token is refused, and does not try again', async () => {
    const clock = new ManualClock();
    const hub = new FakeHub(clock);
    hub.helloError = { code: 'auth.invalid', message: 'expired', retryable: false };
    await expect(connect(hub.transport, { token: 'x', clock })).rejects.toMatchObject({
      code: 'auth.invalid',
      message: 'expired',
    });
    await clock.advance(60_000);
    expect(hub.sockets).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  test('rejects, retryable, when the hub cannot be reached at all', async () => {
    const clock = new ManualClock();
    const hub = new FakeHub(clock);
    hub.closedWith = 1006;
    await expect(connect(hub.transport, { clock })).rejects.toMatchObject({
      code: 'client.connection_failed',
      message: 'the hub cannot be reached (1006)',
      retryable: true,
    });
    expect(clock.pending).toBe(0);
  });

  // As from `process.argv[2]!` where nothing was given.
  test.each([undefined, '', 'localhost'])('rejects at once what is no address: %j', async (url) => {
    await expect(connect(url as string)).rejects.toMatchObject({
      code: 'request.invalid',
      message: expect.stringContaining('address'),
    });
  });

  test('a hub that does not answer hello is given up after 10 s', async () => {
    const clock = new ManualClock();
    const hub = new FakeHub(clock);
    hub.onFrame = () => 'drop';
    const connecting = connect(hub.transport, { clock });
    const outcome = failureOf(connecting);
    await clock.advance(10_000);
    expect(await outcome).toMatchObject({ code: 'client.connection_failed' });
  });

  test('an aborted signal rejects with its own reason, and later closes what was opened', async () => {
    const clock = new ManualClock();
    const hub = new FakeHub(clock);
    const before = AbortSignal.abort(new Error('not today'));
    await expect(connect(hub.transport, { clock, signal: before })).rejects.toThrow('not today');
    expect(hub.sockets).toHaveLength(0);

    const during = new AbortController();
    const connecting = connect(hub.transport, { clock, signal: during.signal });
    during.abort(new Error('enough'));
    await expect(connecting).rejects.toThrow('enough');

    const later = new AbortController();
    const connection = await connect(hub.transport, { clock, signal: later.signal });
    later.abort();
    expect(connection.status).toBe('closed');
    await expect(connection.join(CONVERSATION, { kind: 'human', displayName: 'A' })).rejects.toMatchObject({
      code: 'client.closed',
    });
  });

  test('an address that is none is refused at once', async () => {
    await expect(connect('ftp://hub')).rejects.toMatchObject({ code: 'request.invalid' });
    await expect(connect('hub')).rejects.toBeInstanceOf(ParleyError);
  });
});

describe('resuming', () => {
  test('[CS-5] after a lost connection exactly the missing events come, each once and in order', async () => {
    const { hub, room, clock, connection } = await scenario();
    const heard: WireEvent[] = [];
    room.on((event) => heard.push(event));
    hub.addMember('bob');
    await settled();
    const before = hub.state.seq;
    hub.disconnect();
    await settled();
    expect(room.live).toBe(false);
    expect(connection.status).toBe('reconnecting');
    hub.act('bob', 'topic.set', { topic: 'while you were away' });
    hub.act('bob', 'topic.set', { topic: 'and again' });
    await clock.advance(1_000);
    expect(room.live).toBe(true);
    expect(seqs(heard)).toEqual(hub.log.map(({ seq }) => seq).filter((seq) => seq >= before));
    expect(room.view.context.topic).toBe('and again');
    expect(room.view.seq).toBe(hub.state.seq);
    expect(room.resume.seq).toBe(hub.state.seq);
    await connection.close();
  });

  test('[CS-5] a hole in the chain is closed on the spot, over the same connection', async () => {
    const { hub, room, connection } = await scenario();
    const heard: WireEvent[] = [];
    room.on((event) => heard.push(event));
    hub.addMember('bob');
    await settled();
    const first = hub.state.seq;
    hub.onSend = (text) => (text.includes('"lost"') ? 'drop' : 'pass');
    hub.act('bob', 'topic.set', { topic: 'lost' });
    await settled();
    hub.onSend = () => 'pass';
    hub.act('bob', 'topic.set', { topic: 'shows the hole' });
    await settled();
    expect(seqs(heard)).toEqual([first, first + 1, first + 2]);
    expect(hub.sockets).toHaveLength(1);
    expect(room.transcript.filter(({ kind }) => kind === 'topic')).toHaveLength(2);
    await connection.close();
  });

  test('[CS-4] an event that comes twice is heard once', async () => {
    const { hub, room, connection } = await scenario();
    const heard: WireEvent[] = [];
    room.on((event) => heard.push(event));
    hub.onSend = () => 'twice';
    hub.addMember('bob');
    await settled();
    expect(seqs(heard)).toEqual([hub.state.seq]);
    expect(room.view.participants).toHaveLength(2);
    expect(hub.received.some(({ data }) => 'resume' in data)).toBe(false);
    await connection.close();
  });

  test('events of a batch are taken one by one', async () => {
    const { hub, room, connection } = await scenario();
    const heard: string[] = [];
    room.on((event) => heard.push(event.event));
    const held: string[] = [];
    hub.onSend = (text) => (text.includes('topic.changed') ? (held.push(text), 'drop') : 'pass');
    hub.act(room.me, 'topic.set', { topic: 'one' });
    hub.act(room.me, 'topic.set', { topic: 'two' });
    await settled();
    hub.onSend = () => 'pass';
    hub.socket.push(`{"batch":[${held.join(',')}]}`);
    await settled();
    expect(heard).toEqual(['topic.changed', 'topic.changed']);
    expect(room.view.context.topic).toBe('two');
    await connection.close();
  });

  test('[CS-5] where the suffix cannot be had, the snapshot replaces the view and no event is invented', async () => {
    const { hub, room, clock, connection } = await scenario();
    hub.addMember('bob');
    await settled();
    const heard: WireEvent[] = [];
    let resets = 0;
    room.on((event) => heard.push(event));
    room.onReset(() => (resets += 1));
    hub.disconnect();
    hub.keepsSuffix = false;
    for (let n = 1; n <= 5; n += 1) hub.act('bob', 'topic.set', { topic: `topic ${n}` });
    await clock.advance(1_000);
    expect(resets).toBe(1);
    expect(heard).toEqual([]);
    expect(room.view.context.topic).toBe('topic 5');
    expect(room.transcript.some(({ kind }) => kind === 'gap')).toBe(true);
    hub.act('bob', 'topic.set', { topic: 'after' });
    await settled();
    expect(room.view.context.topic).toBe('after');
    expect(seqs(heard)).toEqual([hub.state.seq]);
    await connection.close();
  });

  test('[CS-5] another epoch under the same numbers is a reset, and old lines go', async () => {
    const { hub, room, clock, connection } = await scenario();
    hub.act(room.me, 'topic.set', { topic: 'of the old log' });
    await settled();
    let resets = 0;
    room.onReset(() => (resets += 1));
    hub.disconnect();
    hub.epoch = 'e2';
    await clock.advance(1_000);
    expect(resets).toBe(1);
    expect(room.resume.epoch).toBe('e2');
    expect(room.transcript.filter(({ kind }) => kind === 'gap')).toHaveLength(0);
    await connection.close();
  });

  test('a resume whose answer was lost is asked again with the same id and token', async () => {
    const { hub, room, clock, connection } = await scenario();
    hub.disconnect();
    let cuts = 0;
    hub.onSend = (text) => (text.includes('"resumed":true') && cuts++ === 0 ? 'cut' : 'pass');
    await clock.advance(5_000);
    const resumes = hub.received.filter(({ data }) => 'resume' in data);
    expect(resumes).toHaveLength(2);
    expect(resumes[1]).toEqual(resumes[0]);
    expect(room.live).toBe(true);
    hub.act(room.me, 'topic.set', { topic: 'still here' });
    await settled();
    expect(room.view.context.topic).toBe('still here');
    await connection.close();
  });

  test('[PR-2] when the grace is over the room closes with the hub’s reason, and waiting commands fail', async () => {
    const { hub, room, clock, connection } = await scenario();
    hub.disconnect();
    hub.closedWith = 1006;
    await settled();
    const waiting = failureOf(room.setTopic('too late'));
    await clock.advance(40_000);
    hub.passDeadlines();
    hub.closedWith = null;
    await clock.advance(20_000);
    expect(await waiting).toMatchObject({ code: 'resume.expired' });
    expect(room.closed).toMatchObject({ cause: 'lost', error: { code: 'resume.expired' } });
    expect(connection.status).toBe('open');
    await expect(room.setTopic('no')).rejects.toMatchObject({ code: 'resume.expired' });
    await connection.close();
  });

  test('a resume that is refused for a moment is asked again', async () => {
    const { hub, room, clock, connection } = await scenario();
    hub.disconnect();
    let refusals = 0;
    hub.refuse = (frame) =>
      frame.op === 'conversation.join' && refusals++ < 2
        ? { code: 'storage.unavailable', message: 'disk', retryable: true, retryAfterMs: 500 }
        : null;
    await clock.advance(10_000);
    expect(refusals).toBe(3);
    expect(room.live).toBe(true);
    await connection.close();
  });

  test('while a resume after a gap waits for its next attempt, no event makes it ask sooner', async () => {
    const { hub, room, clock, connection } = await scenario();
    let asked = 0;
    hub.refuse = (frame) => {
      if (frame.op !== 'conversation.join' || (asked += 1) > 1) return null;
      return { code: 'hub.overloaded', message: 'busy', retryable: true, retryAfterMs: 2_000 };
    };
    hub.onSend = (text) => (/^\{"after".*lost/.test(text) ? 'drop' : 'pass');
    for (const topic of ['lost', 'b', 'c', 'd']) {
      hub.act(room.me, 'topic.set', { topic });
      await settled();
    }
    expect(asked).toBe(1);
    hub.onSend = () => 'pass';
    await clock.advance(2_000);
    expect(asked).toBe(2);
    expect(room.view.context.topic).toBe('d');
    await connection.close();
  });

  test('a page that was loaded again resumes as the same participant', async () => {
    const first = await scenario();
    first.hub.addMember('bob');
    await settled();
    const kept = JSON.parse(JSON.stringify(first.room.resume)) as typeof first.room.resume;
    await first.connection.close();
    first.hub.act('bob', 'topic.set', { topic: 'meanwhile' });
    const connection = await connect(first.hub.transport, { token: 'token-ann', clock: first.clock });
    const room = await connection.join(CONVERSATION, { kind: 'human', displayName: 'Ann', resume: kept });
    const heard: WireEvent[] = [];
    room.on((event) => heard.push(event));
    await settled();
    expect(room.me).toBe(first.room.me);
    expect(seqs(heard)[0]).toBe(kept.seq + 1);
    expect(room.view).toMatchObject({ seq: first.hub.state.seq, context: { topic: 'meanwhile' } });
    expect(room.view.participants).toHaveLength(2);
    await connection.close();
  });

  test('old grants that are replayed to a page that was loaded again are not taken for a new one', async () => {
    const first = await scenario();
    first.hub.addMember('bob');
    await settled();
    const kept = first.room.resume;
    await first.room.withFloor((turn) => turn.say('in an earlier life'));
    await first.connection.close();
    first.hub.act('bob', 'floor.request', {});
    const connection = await connect(first.hub.transport, { token: 'token-ann', clock: first.clock });
    const room = await connection.join(CONVERSATION, { kind: 'human', displayName: 'Ann', resume: kept });
    let granted = 0;
    const turn = room.withFloor(async ({ grant }) => void (granted = grant));
    await settled();
    expect(granted).toBe(0);
    first.hub.act('bob', 'floor.release', {});
    await turn;
    expect(granted).toBeGreaterThan(kept.seq + 5);
    await connection.close();
  });

  test('an event that makes no sense is reported, and what follows is heard', async () => {
    const { hub, room, connection, reported } = await scenario();
    const at = new Date(hub.now).toISOString();
    const event = { event: 'speech.ended', conversation: room.id, seq: room.resume.seq + 1, at };
    hub.socket.push(JSON.stringify({ ...event, after: room.resume.seq, data: { participant: {} } }));
    hub.socket.push(
      JSON.stringify({
        ...event,
        event: 'unheard.of',
        after: room.resume.seq + 1,
        seq: room.resume.seq + 2,
        data: {},
      }),
    );
    await settled();
    expect(reported).toHaveLength(1);
    expect(room.resume.seq).toBe(hub.state.seq + 2);
    await connection.close();
  });

  test('a chain that stays broken makes the client take a new connection', async () => {
    const { hub, room, clock, connection } = await scenario();
    hub.onSend = (text) => (/^\{"after".*topic\.changed/.test(text) ? 'drop' : 'pass');
    hub.act(room.me, 'topic.set', { topic: 'never arrives' });
    hub.addMember('bob');
    await settled();
    expect(hub.received.filter(({ data }) => 'resume' in data).length).toBeLessThan(10);
    hub.onSend = () => 'pass';
    await clock.advance(5_000);
    expect(hub.sockets.length).toBeGreaterThan(1);
    expect(room.view.seq).toBe(hub.state.seq);
    await connection.close();
  });

  test('a resume that is never answered makes the client take a new connection', async () => {
    const { hub, room, clock, connection } = await scenario();
    hub.onSend = (text) => (text.includes('topic.changed') ? 'drop' : 'pass');
    hub.act(room.me, 'topic.set', { topic: 'lost' });
    hub.addMember('bob');
    await settled();
    hub.onSend = () => 'pass';
    await clock.advance(20_000);
    expect(hub.sockets).toHaveLength(2);
    expect(room.view.seq).toBe(hub.state.seq);
    await connection.close();
  });
});
