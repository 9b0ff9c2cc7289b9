import type { CommandData } from '@parley/core';
import { expect, test } from 'vitest';
import type { Agent } from './agent.ts';
import { runAgent } from './agent.ts';
import { settled } from './testing/manual-clock.ts';
import { scenario } from './testing/scenario.ts';

/** An agent runs as `prt_ann` in a room with Bob, under this configuration. */
async function running(agent: Omit<Agent, 'name'>, config: unknown) {
  const made = await scenario({}, { kind: 'agent', displayName: 'Echo' });
  const { hub, room, clock, connection } = made;
  hub.addMember('bob', 'Bob');
  hub.act(null, 'conversation.configure', { config });
  await settled();
  const stop = new AbortController();
  const errors: unknown[] = [];
  const over = runAgent(
    room,
    { name: 'Echo', ...agent },
    {
      signal: stop.signal,
      clock,
      onError: (error) => errors.push(error),
    },
  );
  await settled();
  return {
    ...made,
    errors,
    bob: <O extends keyof CommandData>(op: O, data: CommandData[O]) => {
      const reply = hub.act('bob', op, data);
      return settled().then(() => reply);
    },
    holders: () => hub.state.floor.holders.map(({ participant }) => participant),
    said: () =>
      hub.log.flatMap((event) =>
        event.type === 'speech.ended' && event.data.participant === room.me ? [event.data.text] : [],
      ),
    async end() {
      stop.abort();
      await over;
      await connection.close();
    },
  };
}

const neverAsks = { wantsFloor: (): boolean => false };
const bidding = { floor: { strategy: { kind: 'bidding', evaluation: 'urgency' } } };

test('[LA-1] [TS-3] an agent is asked for its bid once for each window, and speaks when it wins', async () => {
  const asked: string[] = [];
  const agent = await running(
    {
      onTurn: async () => 'my turn',
      bid: async (view) => {
        asked.push(view.floor.window?.window ?? 'none');
        return asked.length < 2 ? null : { urgency: 0.9, preview: 'A point' };
      },
    },
    { ...bidding },
  );
  // At the start it asked for the idle floor, which opened a window; then it did not want it after all.
  expect(asked).toHaveLength(1);
  expect(agent.holders()).toEqual([]);
  await agent.bob('floor.request', { urgency: 0.5 });
  expect(asked).toHaveLength(1);
  expect(agent.holders()).toEqual(['bob']);
  await agent.bob('floor.release', {});
  await settled();
  expect(agent.said()).toEqual(['my turn']);
  expect(new Set(asked).size).toBe(asked.length);
  expect(agent.errors).toEqual([]);
  await agent.end();
});

test('[TS-14] an agent takes what it is offered when it has something to say, and passes it on otherwise', async () => {
  const agent = await running(
    {
      onTurn: async ({ transcript }) =>
        `heard ${transcript.filter(({ kind }) => kind === 'utterance').length}`,
    },
    { floor: { strategy: { kind: 'roundRobin' } } },
  );
  expect(agent.said()).toEqual(['heard 0']);
  // Alone in the round it is offered the floor again at once, and lets it go.
  expect(agent.holders()).toEqual([]);
  await agent.bob('floor.request', {});
  await agent.bob('speech', { grant: agent.hub.state.floor.holders[0]!.grant, text: 'Hello.' });
  await settled();
  expect(agent.said()).toEqual(['heard 0', 'heard 1']);
  expect(agent.holders()).toEqual([]);
  expect(agent.hub.log.filter(({ type }) => type === 'floor.revoked')).toEqual([]);
  expect(agent.errors).toEqual([]);
  await agent.end();
});

test('what a program asks for beside its agent is not the agent’s to use or to let go', async () => {
  for (const config of [{}, bidding]) {
    const agent = await running({ ...neverAsks, onTurn: async () => 'not mine' }, config);
    const turn = agent.room.withFloor(async (held) => {
      await settled();
      await held.say('by hand', { final: true });
    });
    await settled();
    const window = agent.hub.state.floor.window?.id;
    if (window !== undefined) await agent.bob('bid.pass', { window });
    await turn;
    expect(agent.said()).toEqual(['by hand']);
    await agent.end();
  }
});

test('[TS-16] an agent votes where it may, and abstains with null', async () => {
  const ballots: string[] = [];
  const agent = await running(
    {
      ...neverAsks,
      onTurn: async () => '',
      vote: ({ ballot, candidates }) => {
        ballots.push(ballot);
        return ballots.length === 1 ? candidates[0]! : null;
      },
    },
    { floor: { strategy: { kind: 'consensus', minVotes: 2 } } },
  );
  await agent.bob('floor.request', {});
  await agent.bob('vote.cast', { ballot: ballots[0]!, choice: 'bob' });
  expect(agent.holders()).toEqual(['bob']);
  await agent.bob('floor.release', {});
  await agent.bob('floor.request', {});
  expect(ballots).toHaveLength(2);
  expect(Object.values(agent.hub.state.floor.ballot!.choices)).toEqual(['abstain']);
  await agent.end();
});

test('[IP-4] an agent that holds the floor is asked whether it gives way', async () => {
  const agent = await running(
    {
      async *onTurn(_turn, signal) {
        yield 'I was saying';
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
      onInterruption: ({ participant }) => participant === 'bob',
    },
    { interruption: { kind: 'cooperative' }, floor: { timers: { minSpeakingMs: 0 } } },
  );
  expect(agent.holders()).toEqual([agent.room.me]);
  await agent.bob('floor.interrupt', { reason: 'Fire!' });
  expect(agent.holders()).toEqual(['bob']);
  expect(agent.errors).toEqual([]);
  await agent.end();
});

test('answers that fail are reported, answers that come too late are not', async () => {
  const agent = await running(
    {
      ...neverAsks,
      onTurn: async () => '',
      bid: async () => {
        const window = agent.hub.state.floor.window?.id ?? '';
        agent.hub.act('bob', 'bid.place', { window, urgency: 1, estimatedMs: 1 });
        agent.hub.act(null, 'conversation.configure', {
          config: { floor: { strategy: { kind: 'sequential' } } },
        });
        return { urgency: 1 };
      },
      vote: () => {
        throw new Error('no opinion');
      },
    },
    bidding,
  );
  await agent.bob('floor.request', {});
  await settled();
  expect(agent.errors).toEqual([]);
  await agent.bob('floor.release', {});
  agent.hub.act(null, 'conversation.configure', { config: { floor: { strategy: { kind: 'consensus' } } } });
  await agent.bob('floor.request', {});
  expect(agent.errors).toMatchObject([{ message: 'no opinion' }]);
  await agent.end();
});
