import type { Hub } from '../app.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collisionResolvers } from '@parley/core';
import type { TestPeer } from '../channels/hub.fixture.ts';
import { call, createConversation, dial, greet, openHub } from '../channels/hub.fixture.ts';

let hub: Hub;
const peers: TestPeer[] = [];

beforeEach(async () => {
  hub = await openHub();
});
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close();
  await hub.stop();
});

interface Member {
  readonly id: string;
  readonly peer: TestPeer;
  // oxlint-disable-next-line typescript/no-explicit-any
  do(op: string, data?: Record<string, unknown>): Promise<any>;
}

/** A conversation of so many humans, the first of them its creator. */
async function room(config: unknown, count: number): Promise<[string, ...Member[]]> {
  const { id, token } = await createConversation(hub, { config });
  const members: Member[] = [];
  for (let index = 0; index < count; index++) {
    const peer = await greet(await dial(hub), index === 0 ? token : undefined);
    peers.push(peer);
    const profile = { kind: 'human', displayName: `M${index}` };
    const { participant } = await peer.do('conversation.join', id, profile);
    members.push({ id: participant, peer, do: (op, data = {}) => peer.do(op, id, data) });
  }
  return [id, ...members];
}

/** The value of a sample, such as `parley_bids_total{outcome="won"}`; undefined where there is none. */
async function figure(sample: string): Promise<number | undefined> {
  const { body } = await call(hub, 'GET', '/metrics');
  const line = (body as string).split('\n').find((each) => each.startsWith(`${sample} `));
  return line === undefined ? undefined : Number(line.slice(sample.length + 1));
}

const figures = async (...samples: string[]): Promise<Record<string, number | undefined>> =>
  Object.fromEntries(await Promise.all(samples.map(async (each) => [each, await figure(`parley_${each}`)])));

async function holds(member: Member): Promise<void> {
  await member.peer.event('floor.granted', (frame) => frame['data'].participant === member.id);
}

describe('figures of the floor', () => {
  it('counts and measures turns and waits by strategy and cause, and fairness as the API has it', async () => {
    const [id, ann, bob] = (await room({}, 2)) as [string, Member, Member];
    const { grant } = await ann.do('floor.request');
    await bob.do('floor.request');
    await new Promise((resolve) => setTimeout(resolve, 30));
    await ann.do('speech', { grant, text: 'Done.' });
    await holds(bob);
    await ann.do('floor.revoke', { participant: bob.id });
    const strategy = 'strategy="sequential"';
    expect(
      await figures(
        `floor_grants_total{${strategy},cause="queue"}`,
        `floor_turns_ended_total{${strategy},cause="released"}`,
        `floor_turns_ended_total{${strategy},cause="moderator"}`,
        `floor_wait_seconds_count{${strategy}}`,
        `floor_turn_seconds_count{${strategy}}`,
        'fairness_jain_index_count',
      ),
    ).toEqual({
      [`floor_grants_total{${strategy},cause="queue"}`]: 2,
      [`floor_turns_ended_total{${strategy},cause="released"}`]: 1,
      [`floor_turns_ended_total{${strategy},cause="moderator"}`]: 1,
      [`floor_wait_seconds_count{${strategy}}`]: 2,
      [`floor_turn_seconds_count{${strategy}}`]: 2,
      fairness_jain_index_count: 2,
    });
    // Ann did not wait; what Bob waited is what Ann spoke.
    const waited = await figure(`parley_floor_wait_seconds_sum{${strategy}}`);
    expect(waited).toBeGreaterThanOrEqual(0.02);
    expect(await figure(`parley_floor_turn_seconds_sum{${strategy}}`)).toBeGreaterThanOrEqual(waited!);
    const before = (await figure('parley_fairness_jain_index_sum'))!;
    await ann.do('floor.request');
    await ann.do('floor.release');
    const sampled = (await figure('parley_fairness_jain_index_sum'))! - before;
    const { body } = await call(hub, 'GET', `/v1/conversations/${id}/fairness`);
    expect(sampled).toBeCloseTo(body.jain, 6);
    const { body: text } = await call(hub, 'GET', '/metrics');
    expect(text).not.toContain(ann.id);
    expect(text).not.toContain(id);
  });

  it('[TS-14] measures no wait for a floor that was offered', async () => {
    const config = { floor: { strategy: { kind: 'roundRobin' } } };
    const [id, ann] = (await room(config, 1)) as [string, Member];
    const peer = await greet(await dial(hub));
    peers.push(peer);
    const { participant } = await peer.do('conversation.join', id, {
      kind: 'agent',
      displayName: 'Offered',
    });
    const { grant } = await ann.do('floor.request');
    await ann.do('speech', { grant, text: 'Your turn.' });
    await peer.event('floor.granted', (frame) => frame['data'].participant === participant);
    const strategy = 'strategy="roundRobin"';
    expect(await figure(`parley_floor_grants_total{${strategy},cause="slice"}`)).toBe(2);
    expect(await figure(`parley_floor_wait_seconds_count{${strategy}}`)).toBe(1);
  });

  it('[TS-6] counts bids placed, passed, won and lost', async () => {
    const config = {
      floor: { strategy: { kind: 'bidding', bidWindowMs: 60_000, evaluation: 'highestAmount' } },
    };
    const [, ann, bob, cy] = (await room(config, 3)) as [string, Member, Member, Member];
    const amount = (value: number) => ({ amount: { currency: 'priorityPoints', value } });
    const { window } = await ann.do('floor.request', amount(1));
    await bob.do('bid.place', { window, urgency: 0, estimatedMs: 1, ...amount(5) });
    await cy.do('bid.pass', { window });
    await holds(bob);
    const outcomes = ['placed', 'passed', 'won', 'lost'].map((outcome) => `bids_total{outcome="${outcome}"}`);
    expect(Object.values(await figures(...outcomes))).toEqual([2, 1, 1, 1]);
    expect(await figure('parley_floor_grants_total{strategy="bidding",cause="bid"}')).toBe(1);
  });

  it('[TS-16] [IP-3] counts ballots on turns and on interruptions', async () => {
    const config = {
      floor: { strategy: { kind: 'consensus', minVotes: 2 }, timers: { minSpeakingMs: 0 } },
      interruption: { kind: 'consensusRequired', minVotes: 2, votingWindowMs: 60_000 },
    };
    const [, ann, bob, cy] = (await room(config, 3)) as [string, Member, Member, Member];
    const { ballot } = await ann.do('floor.request');
    await bob.do('vote.cast', { ballot, choice: ann.id });
    await cy.do('vote.cast', { ballot, choice: ann.id });
    await holds(ann);
    expect(await figure('parley_ballots_total{kind="turn",outcome="decided"}')).toBe(1);
    const motion = await bob.do('floor.interrupt');
    await cy.do('vote.cast', { ballot: motion.ballot, choice: 'yes' });
    await holds(bob);
    expect(await figure('parley_ballots_total{kind="motion",outcome="passed"}')).toBe(1);
    const policy = 'policy="consensusRequired"';
    expect(await figure(`parley_interruptions_total{${policy},outcome="granted"}`)).toBe(1);
    expect(await figure('parley_floor_turns_ended_total{strategy="consensus",cause="interrupted"}')).toBe(1);
  });

  it('[IP-1] [IP-5] counts interruptions by policy and outcome', async () => {
    const config = { floor: { timers: { minSpeakingMs: 0 } } };
    const [, ann, bob] = (await room(config, 2)) as [string, Member, Member];
    await ann.do('floor.request');
    await bob.do('floor.interrupt');
    await ann.do('conversation.configure', { config: { interruption: { kind: 'conversational' } } });
    await bob.do('floor.interrupt');
    expect(await figure('parley_interruptions_total{policy="forbidden",outcome="denied"}')).toBe(1);
    expect(await figure('parley_interruptions_total{policy="conversational",outcome="overlap"}')).toBe(1);
  });

  it('[DG-3] counts turns that failed, and who is muted', async () => {
    const config = { agents: { maxFailures: 1 } };
    const [id, ann, bob] = (await room(config, 2)) as [string, Member, Member];
    const peer = await greet(await dial(hub));
    peers.push(peer);
    await peer.do('conversation.join', id, { kind: 'agent', displayName: 'Shaky' });
    await peer.do('floor.request', id);
    await peer.do('floor.release', id, { failed: 'error' });
    await ann.do('participant.mute', { participant: bob.id });
    const names = ['failures', 'moderator'].map((cause) => `mutes_total{cause="${cause}"}`);
    expect(Object.values(await figures(...names))).toEqual([1, 1]);
    expect(await figure('parley_floor_turns_ended_total{strategy="sequential",cause="failed"}')).toBe(1);
  });

  it('[FL-15] ends a turn under the strategy by which it was had', async () => {
    const [, ann, bob] = (await room({ floor: { strategy: { kind: 'concurrent' } } }, 2)) as [
      string,
      Member,
      Member,
    ];
    await ann.do('floor.request');
    await bob.do('floor.request');
    await ann.do('conversation.configure', { config: { floor: { strategy: { kind: 'sequential' } } } });
    expect(await figure('parley_floor_turns_ended_total{strategy="concurrent",cause="reconfigured"}')).toBe(
      1,
    );
  });

  it('[TS-19] counts collisions by resolution, those of a host together', async () => {
    collisionResolvers.register('coinToss', () => ({ keeps: 'holder' }));
    for (const resolution of ['firstStarter', 'woundWait', 'coinToss']) {
      const collision = { resolution, windowMs: 60_000 };
      const strategy = { kind: 'concurrent', maxSimultaneous: 1, collision };
      const [, ann, bob] = (await room({ floor: { strategy } }, 2)) as [string, Member, Member];
      await ann.do('floor.request');
      await bob.do('floor.request');
    }
    const resolutions = ['firstStarter', 'woundWait', 'other', 'coinToss'];
    const counted = await figures(...resolutions.map((each) => `collisions_total{resolution="${each}"}`));
    expect(Object.values(counted)).toEqual([1, 1, 1, undefined]);
  });
});
