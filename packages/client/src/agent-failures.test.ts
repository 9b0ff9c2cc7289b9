import { describe, expect, test } from 'vitest';
import type { Agent, RunAgentOptions } from './agent.ts';
import { runAgent } from './agent.ts';
import { AgentFailure } from './agent-failure.ts';
import { ParleyError } from './errors.ts';
import { settled } from './testing/manual-clock.ts';
import { scenario } from './testing/scenario.ts';

type Answer = Agent['onTurn'];

/** An agent in a room, that takes one turn and waits long before its next. */
async function oneTurn(onTurn: Answer, options: Partial<RunAgentOptions> = {}) {
  const { hub, room, clock, connection } = await scenario({}, { kind: 'agent', displayName: 'Echo' });
  hub.addMember('bob');
  await settled();
  const stop = new AbortController();
  const errors: unknown[] = [];
  const running = runAgent(
    room,
    { name: 'Echo', onTurn },
    {
      signal: stop.signal,
      clock,
      onError: (error) => errors.push(error),
      backoff: { minMs: 1_000_000, maxMs: 1_000_000 },
      ...options,
    },
  );
  await settled();
  const said = () => hub.log.flatMap((event) => (event.type === 'speech.ended' ? [event.data.text] : []));
  const released = () =>
    hub.log.flatMap((event) =>
      event.type === 'floor.released' && event.data.participant === room.me ? [event.data.failed] : [],
    );
  const end = async () => {
    stop.abort();
    await running;
    await connection.close();
  };
  return { hub, room, clock, errors, said, released, stop, end };
}

const never = () => new Promise<never>(() => undefined);
/** What a program without types may give. */
const untyped = (answer: unknown): Answer => (() => answer) as Answer;

describe('a turn that fails', () => {
  test.each<[string, Answer, string]>([
    [
      'it throws',
      () => {
        throw new Error('secret: hunter2');
      },
      'error',
    ],
    ['its promise is rejected', () => Promise.reject(new TypeError('x')), 'error'],
    ['it answers nothing at all', untyped(undefined), 'invalid'],
    ['it answers a text without a promise', untyped('hello'), 'invalid'],
    ['its promise gives no text', untyped(Promise.resolve({ role: 'assistant' })), 'invalid'],
    ['its text is longer than any utterance', async () => 'x'.repeat(40_000), 'invalid'],
    [
      'it says why itself',
      () => Promise.reject(new AgentFailure('unreachable', 'connect ECONNREFUSED 10.0.0.7')),
      'unreachable',
    ],
  ])('[DG-3] is given back as failed where %s, by a word of a closed set', async (_, onTurn, failed) => {
    const run = await oneTurn(onTurn);
    expect(run.released()).toEqual([failed]);
    expect(run.errors).toHaveLength(1);
    expect(run.hub.state.floor.holders).toEqual([]);
    // Whatever an error says stays here.
    expect(JSON.stringify(run.hub.log)).not.toMatch(/hunter2|ECONNREFUSED/);
    await run.end();
  });

  test('[DG-3] keeps what was said whole before it', async () => {
    const run = await oneTurn(async function* () {
      yield 'The first half';
      yield 7 as unknown as string;
    });
    expect([run.said(), run.released()]).toEqual([['The first half'], ['invalid']]);
    await run.end();
  });

  test('[DG-3] is no failure where the hub, or whoever stops the agent, is to blame', async () => {
    const busy = await oneTurn(() =>
      Promise.reject(new ParleyError({ code: 'hub.overloaded', message: 'busy', retryable: true })),
    );
    expect(busy.released()).toEqual([undefined]);
    await busy.end();
    const stopped = await oneTurn(never);
    stopped.stop.abort();
    await settled();
    expect(stopped.released()).toEqual([undefined]);
    await stopped.end();
  });
});

describe('an agent that hangs', () => {
  test('[DG-3] is not waited for longer than answerMs: its signal aborts, and the floor is given back', async () => {
    let aborted: unknown = null;
    const run = await oneTurn(
      (_turn, signal) => {
        signal.addEventListener('abort', () => (aborted = signal.reason));
        return never();
      },
      { answerMs: 5_000 },
    );
    await run.clock.advance(4_999);
    expect(run.released()).toEqual([]);
    await run.clock.advance(1);
    expect(run.released()).toEqual(['timeout']);
    expect(aborted).toMatchObject({ name: 'AgentFailure', failure: 'timeout' });
    expect(run.errors).toMatchObject([{ failure: 'timeout' }]);
    await run.end();
  });

  test('[DG-3] has its time anew with each piece', async () => {
    const next: (() => void)[] = [];
    const run = await oneTurn(
      async function* () {
        for (const piece of ['one ', 'two ', 'three']) {
          await new Promise<void>((resolve) => next.push(resolve));
          yield piece;
        }
        await never();
      },
      { answerMs: 5_000 },
    );
    for (let piece = 0; piece < 3; piece++) {
      await run.clock.advance(4_000);
      next[piece]!();
      await settled();
    }
    expect(run.released()).toEqual([]);
    await run.clock.advance(5_000);
    expect([run.said(), run.released()]).toEqual([['one two three'], ['timeout']]);
    await run.end();
  });

  test('[DG-3] without answerMs loses the floor to the hub’s timer, and the host is told', async () => {
    let aborted = false;
    const run = await oneTurn((_turn, signal) => {
      signal.addEventListener('abort', () => (aborted = true));
      return never();
    });
    await run.clock.advance(30_000);
    run.hub.passDeadlines();
    await settled();
    expect(aborted).toBe(true);
    expect(run.errors).toMatchObject([{ code: 'client.floor_lost', details: { cause: 'no_content' } }]);
    await run.end();
  });
});

describe('muting', () => {
  test('[DG-3] an agent that is muted keeps its place, and speaks when it is tried again', async () => {
    let well = false;
    const run = await oneTurn(
      () => (well ? Promise.resolve('Well again.') : Promise.reject(new Error('no key'))),
      { backoff: { minMs: 1_000, maxMs: 1_000 }, maxFailures: Number.POSITIVE_INFINITY },
    );
    await run.clock.advance(3_000);
    const me = run.room.me;
    expect(run.released()).toEqual(['error', 'error', 'error']);
    expect(run.room.self?.muted).toMatchObject({ cause: 'failures', reason: 'error' });
    expect(run.room.transcript.at(-1)).toMatchObject({ kind: 'muted', participant: me, reason: 'error' });
    await run.clock.advance(10_000);
    expect(run.hub.state.floor.queue.map(({ participant }) => participant)).toEqual([me]);
    well = true;
    await run.clock.advance(20_000);
    run.hub.passDeadlines();
    await settled();
    expect(run.said()).toEqual(['Well again.']);
    expect(run.room.self).not.toHaveProperty('muted');
    await run.end();
  });

  test('[DG-3] moderators mute and unmute', async () => {
    const { hub, room, connection } = await scenario({}, { roles: ['participant', 'moderator'] });
    hub.addMember('bob');
    await settled();
    await room.mute('bob', { reason: 'Let others speak.', ms: 60_000 });
    await settled();
    const bob = () => room.view.participants.find(({ id }) => id === 'bob');
    expect(bob()?.muted).toMatchObject({ cause: 'moderator', reason: 'Let others speak.' });
    expect([await room.unmute('bob'), await room.unmute('bob')]).toEqual([true, false]);
    await settled();
    expect(bob()).not.toHaveProperty('muted');
    expect(room.transcript.map(({ kind }) => kind).slice(-2)).toEqual(['muted', 'unmuted']);
    await connection.close();
  });
});
