import { describe, expect, test } from 'vitest';
import { failureOf } from './testing/failure.ts';
import type { Agent, AgentTurn } from './agent.ts';
import { runAgent } from './agent.ts';
import type { FakeHub } from './testing/fake-hub.ts';
import { settled } from './testing/manual-clock.ts';
import { scenario } from './testing/scenario.ts';

const asAgent = () => scenario({}, { kind: 'agent', displayName: 'Echo' });

const said = (hub: FakeHub, author: string) =>
  hub.log.flatMap((event) =>
    event.type === 'speech.ended' && event.data.participant === author ? [event.data.text] : [],
  );

function speakAs(hub: FakeHub, author: string, text: string): void {
  hub.act(author, 'floor.request', {});
  const grant = hub.state.floor.holders.find(({ participant }) => participant === author)!.grant;
  hub.act(author, 'speech', { grant, text });
}

/** Never speaks first. */
const quiet = { name: 'Echo', wantsFloor: (): boolean => false };

describe('runAgent', () => {
  test('[LA-2] speaks when the floor is idle at the start, and after each utterance of somebody else', async () => {
    const { hub, room, connection } = await asAgent();
    hub.addMember('bob', 'Bob');
    await settled();
    const turns: AgentTurn[] = [];
    const agent: Agent = {
      name: 'Echo',
      async *onTurn(turn) {
        turns.push(turn);
        yield 'turn ';
        yield String(turns.length);
      },
    };
    const stop = new AbortController();
    const running = runAgent(room, agent, { signal: stop.signal });
    await settled();
    expect(said(hub, room.me)).toEqual(['turn 1']);
    await settled();
    expect(turns).toHaveLength(1);
    speakAs(hub, 'bob', 'hello @echo');
    await settled();
    expect(said(hub, room.me)).toEqual(['turn 1', 'turn 2']);
    expect(turns.map(({ addressed }) => addressed)).toEqual([false, true]);
    expect(turns[1]!.transcript.map((line) => line.kind === 'utterance' && line.text)).toEqual([
      'hello @echo',
    ]);
    expect(turns[1]!.participants.map(({ displayName }) => displayName).sort()).toEqual(['Bob', 'Echo']);
    expect(hub.state.floor.holders).toEqual([]);
    stop.abort();
    await running;
    await connection.close();
  });

  test('a promise of a text is said whole; an empty one is a pass', async () => {
    const { hub, room, connection } = await asAgent();
    hub.addMember('bob');
    await settled();
    const answers = ['whole', ''];
    const stop = new AbortController();
    const running = runAgent(
      room,
      { name: 'Echo', onTurn: async () => answers.shift() ?? '' },
      { signal: stop.signal },
    );
    await settled();
    speakAs(hub, 'bob', 'and?');
    await settled();
    expect(said(hub, room.me)).toEqual(['whole']);
    expect(hub.log.filter(({ type }) => type === 'floor.granted')).toHaveLength(3);
    stop.abort();
    await running;
    await connection.close();
  });

  test('[LA-2] a lost floor aborts the agent’s signal; what was delivered stays, and it goes on later', async () => {
    const { hub, room, clock, connection } = await asAgent();
    hub.addMember('bob');
    await settled();
    const aborted: boolean[] = [];
    let turns = 0;
    const agent: Agent = {
      name: 'Echo',
      async *onTurn(_turn, signal) {
        turns += 1;
        yield 'begun';
        if (turns > 1) return;
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    };
    const errors: unknown[] = [];
    const stop = new AbortController();
    const onError = (error: unknown) => errors.push(error);
    const running = runAgent(room, agent, { signal: stop.signal, clock, onError });
    room.on(({ event }) => void (event === 'floor.revoked' && aborted.push(true)));
    await settled();
    const held: string[] = [];
    hub.onSend = (text) => (text.startsWith('{"after"') ? (held.push(text), 'drop') : 'pass');
    hub.act(null, 'floor.revoke', { participant: room.me });
    await clock.advance(10_000);
    hub.passDeadlines();
    expect(said(hub, room.me)).toEqual(['begun']);
    // Heard in the very moment of the loss: a reason to speak that the lost turn has not used up.
    speakAs(hub, 'bob', 'go on');
    await settled();
    hub.onSend = () => 'pass';
    hub.socket.push(`{"batch":[${held.join(',')}]}`);
    await settled();
    expect(aborted).toEqual([true]);
    expect(errors).toEqual([]);
    expect(said(hub, room.me)).toEqual(['begun', 'begun']);
    stop.abort();
    await running;
    await connection.close();
  });

  test('[DG-3] survives a failing agent: gives the floor back, reports, waits, tries again', async () => {
    const { hub, room, clock, connection } = await asAgent();
    hub.addMember('bob');
    await settled();
    let calls = 0;
    const errors: unknown[] = [];
    const stop = new AbortController();
    const running = runAgent(
      room,
      {
        name: 'Echo',
        onTurn: () => {
          calls += 1;
          if (calls === 1) throw new Error('at once');
          if (calls === 2 || calls === 4) return Promise.reject(new Error('later'));
          return Promise.resolve('recovered');
        },
      },
      { signal: stop.signal, clock, onError: (error) => errors.push(error), backoff: { random: () => 1 } },
    );
    await settled();
    expect(calls).toBe(1);
    expect(hub.state.floor.holders).toEqual([]);
    await clock.advance(999);
    expect(calls).toBe(1);
    await clock.advance(1);
    expect(calls).toBe(2);
    await clock.advance(2_000);
    expect(said(hub, room.me)).toEqual(['recovered']);
    expect(errors).toMatchObject([{ message: 'at once' }, { message: 'later' }]);
    // A good turn wipes the slate: the next failure waits no longer than the first did.
    speakAs(hub, 'bob', 'once more');
    await clock.advance(1_000);
    expect(calls).toBe(5);
    expect(said(hub, room.me)).toEqual(['recovered', 'recovered']);
    stop.abort();
    await running;
    await connection.close();
  });

  test('[DG-3] gives up after so many failures in a row, and says why', async () => {
    const { hub, room, clock, connection } = await asAgent();
    const running = runAgent(
      room,
      { name: 'Echo', onTurn: () => Promise.reject(new Error('no key')) },
      { clock, maxFailures: 3, onError: () => {} },
    );
    const check = failureOf(running);
    await clock.advance(60_000);
    expect(await check).toMatchObject({
      code: 'client.agent_failed',
      message: expect.stringContaining('no key'),
      details: { failures: 3 },
    });
    expect(hub.state.floor.holders).toEqual([]);
    expect(clock.pending).toBeLessThanOrEqual(1);
    await connection.close();
  });

  test('errors of wantsFloor and onEvent are reported, and end nothing', async () => {
    const { hub, room, connection } = await asAgent();
    hub.addMember('bob');
    await settled();
    const errors: unknown[] = [];
    const stop = new AbortController();
    const running = runAgent(
      room,
      {
        name: 'Echo',
        onTurn: async () => 'never',
        wantsFloor: () => {
          throw new Error('wants');
        },
        onEvent: async () => Promise.reject(new Error('event')),
      },
      { signal: stop.signal, onError: (error) => errors.push(error) },
    );
    speakAs(hub, 'bob', 'x');
    await settled();
    const messages = errors.map((error) => (error as Error).message);
    expect(messages).toContain('wants');
    expect(messages).toContain('event');
    stop.abort();
    await running;
    await connection.close();
  });

  test('wantsFloor decides when it speaks', async () => {
    const { hub, room, connection } = await asAgent();
    hub.addMember('bob');
    await settled();
    const stop = new AbortController();
    const running = runAgent(
      room,
      {
        name: 'Echo',
        onTurn: async () => 'you asked',
        wantsFloor: ({ transcript }) => {
          const last = transcript.at(-1);
          return last?.kind === 'utterance' && last.text.endsWith('?');
        },
      },
      { signal: stop.signal },
    );
    await settled();
    speakAs(hub, 'bob', 'a remark.');
    await settled();
    expect(said(hub, room.me)).toEqual([]);
    speakAs(hub, 'bob', 'a question?');
    await settled();
    expect(said(hub, room.me)).toEqual(['you asked']);
    stop.abort();
    await running;
    await connection.close();
  });

  test('hub errors that pass are waited out and do not count as failures', async () => {
    const { hub, room, clock, connection } = await asAgent();
    let refusals = 0;
    hub.refuse = (frame) =>
      frame.op === 'floor.request' && refusals++ < 10
        ? { code: 'hub.overloaded', message: 'busy', retryable: true, retryAfterMs: 2_000 }
        : null;
    const stop = new AbortController();
    const running = runAgent(
      room,
      { name: 'Echo', onTurn: async () => 'at last' },
      { signal: stop.signal, clock, onError: () => {}, backoff: { maxMs: 2_000 } },
    );
    await clock.advance(30_000);
    expect(said(hub, room.me)).toEqual(['at last']);
    stop.abort();
    await running;
    await connection.close();
  });

  test('a floor that is still held from an earlier life is given back first', async () => {
    const { hub, room, clock, connection } = await asAgent();
    await room.floor.request();
    const stop = new AbortController();
    const wishes = [true];
    const agent: Agent = {
      name: 'Echo',
      onTurn: async () => 'anew',
      wantsFloor: () => wishes.pop() ?? false,
    };
    const running = runAgent(room, agent, { signal: stop.signal, clock });
    await settled();
    expect(said(hub, room.me)).toEqual(['anew']);
    stop.abort();
    await running;
    await connection.close();
  });

  test('ends when the conversation ends, when it is left, and at once when already aborted', async () => {
    const ending = await asAgent();
    const first = runAgent(ending.room, { ...quiet, onTurn: async () => '' });
    ending.hub.act(null, 'conversation.end', {});
    await first;
    await ending.connection.close();

    const leaving = await asAgent();
    const second = runAgent(leaving.room, { ...quiet, onTurn: async () => '' });
    await leaving.room.leave();
    await second;
    await runAgent(leaving.room, { ...quiet, onTurn: async () => '' }, { signal: AbortSignal.abort() });
    await leaving.connection.close();
  });

  test('rejects when the room is taken away', async () => {
    const { hub, room } = await asAgent();
    const running = runAgent(room, { ...quiet, onTurn: async () => '' });
    const check = failureOf(running);
    hub.disconnect(4409);
    expect(await check).toMatchObject({ code: 'client.replaced' });
  });

  test('stopping while it waits for the floor takes the request back', async () => {
    const { hub, room, connection } = await asAgent();
    hub.addMember('bob');
    hub.act('bob', 'floor.request', {});
    await settled();
    const stop = new AbortController();
    const running = runAgent(
      room,
      { name: 'Echo', onTurn: async () => 'x', wantsFloor: () => true },
      { signal: stop.signal },
    );
    await settled();
    expect(hub.state.floor.queue).toHaveLength(1);
    stop.abort();
    await running;
    await settled();
    expect(hub.state.floor.queue).toHaveLength(0);
    await connection.close();
  });
});
