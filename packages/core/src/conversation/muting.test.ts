import { describe, expect, it } from 'vitest';
import type { CommandData } from './commands.ts';
import { project } from './project.ts';
import { TestRoom } from './room.fixture.ts';

const room = (config: object = {}) =>
  new TestRoom({
    floor: {
      timers: { firstContentMs: 5_000, silenceMs: 4_000, revokeGraceMs: 0 },
      maxConsecutiveAgentTurns: 0,
    },
    agents: { maxFailures: 3, muteMs: 10_000, muteMaxMs: 30_000 },
    presence: { idleAfterMs: 86_400_000 },
    ...config,
  })
    .join('mod', { roles: ['participant', 'moderator'] })
    .join('rob', { kind: 'localAgent' })
    .join('hal');

/** A whole turn of `id` that fails in a way. */
type Way = (r: TestRoom, id: string) => void;
const silent: Way = (r, id) => void (r.as(id).ok('floor.request', {}), r.wait(5_000));
const reported: Way = (r, id) => {
  r.as(id).ok('floor.request', {});
  r.as(id).ok('floor.release', { failed: 'error' });
};
const stalled: Way = (r, id) => {
  r.as(id).ok('floor.request', {});
  r.as(id).ok('speech.start', { grant: r.grant });
  r.wait(4_000);
};
const well: Way = (r, id) => {
  r.as(id).ok('floor.request', {});
  r.as(id).ok('speech', { grant: r.grant, text: 'Quite.' });
};
const times = (count: number, way: Way, r: TestRoom, id = 'rob') => {
  for (let turn = 0; turn < count; turn++) way(r, id);
};
const viewOf = (r: TestRoom, id: string) =>
  project(r.state, { participant: 'hal', moderator: false }).participants.find((each) => each.id === id);
const mutings = (r: TestRoom) => r.types().filter((type) => type === 'participant.muted').length;

describe('an agent that fails', () => {
  it.each([
    ['says nothing', silent, 'no_content'],
    ['falls silent in the middle of its first words', stalled, 'inactive'],
    ['says that it failed', reported, 'error'],
  ])('[DG-3] %s and is muted after maxFailures turns in a row, in the same batch', (_, fails, reason) => {
    const r = room();
    times(2, fails, r);
    expect(mutings(r)).toBe(0);
    fails(r, 'rob');
    expect(r.types().slice(-2)).toEqual([
      fails === reported ? 'floor.released' : 'floor.revoked',
      'participant.muted',
    ]);
    const until = new Date(r.at + 10_000).toISOString();
    const data = { participant: 'rob', cause: 'failures', reason, until, failures: 3 };
    expect(r.last('participant.muted')).toMatchObject({ audience: 'all', data });
    expect(viewOf(r, 'rob')?.muted).toEqual({ cause: 'failures', until, reason });
  });

  it('[DG-3] loses its turn and not the conversation: whoever waits is next at once', () => {
    const r = room();
    times(2, reported, r);
    r.as('rob').ok('floor.request', {});
    r.as('hal').ok('floor.request', {});
    r.as('rob').ok('floor.release', { failed: 'timeout' });
    expect(r.types().slice(-3)).toEqual(['floor.released', 'participant.muted', 'floor.granted']);
    expect(r.last('floor.released').data.failed).toBe('timeout');
    expect(r.holder).toBe('hal');
  });

  it('[DG-3] begins to count anew after a turn with an utterance that ended as it wanted', () => {
    const r = room();
    times(2, reported, r);
    well(r, 'rob');
    times(2, silent, r);
    expect(mutings(r)).toBe(0);
    // It said something whole, and only then fell silent.
    r.as('rob').ok('floor.request', {});
    r.as('rob').ok('speech', { grant: r.grant, text: 'One more thing.', final: false });
    r.wait(4_000);
    expect(r.last('floor.revoked').data.cause).toBe('inactive');
    times(2, silent, r);
    expect(mutings(r)).toBe(0);
    silent(r, 'rob');
    expect(mutings(r)).toBe(1);
  });

  it('[DG-3] has failed where it says so, whatever it had said before', () => {
    const r = room({ agents: { maxFailures: 1 } });
    r.as('rob').ok('floor.request', {});
    r.as('rob').ok('speech', { grant: r.grant, text: 'First, and second:', final: false });
    r.as('rob').ok('floor.release', { failed: 'error' });
    expect(viewOf(r, 'rob')?.muted).toMatchObject({ cause: 'failures', reason: 'error' });
  });

  it('[DG-3] passing, and losing the floor to others, is neither a failure nor a success', () => {
    const r = room();
    times(2, reported, r);
    for (let turn = 0; turn < 5; turn++) {
      r.as('rob').ok('floor.request', {});
      r.as('rob').ok('floor.release', {});
      r.as('rob').ok('floor.request', {});
      r.as('mod').ok('floor.revoke', { participant: 'rob' });
    }
    expect(mutings(r)).toBe(0);
    reported(r, 'rob');
    expect(mutings(r)).toBe(1);
  });

  it('[DG-3] on whatever channel: kinds are muted alike, but for humans', () => {
    for (const kind of ['agent', 'a2aAgent', 'externalAI', 'human'] as const) {
      const r = room().join('x', { kind });
      times(2, silent, r, 'x');
      reported(r, 'x');
      expect([kind, viewOf(r, 'x')?.muted !== undefined]).toEqual([kind, kind !== 'human']);
    }
  });

  it('[DG-3] is muted for 30 s after three failures, and at most for an hour, unless said otherwise', () => {
    expect(room({ agents: undefined }).state.config.agents).toEqual({
      maxFailures: 3,
      muteMs: 30_000,
      muteMaxMs: 3_600_000,
    });
  });

  it('[DG-3] is never muted where maxFailures is 0', () => {
    const r = room({ agents: { maxFailures: 0 } });
    times(10, reported, r);
    expect(mutings(r)).toBe(0);
  });
});

describe('back-off', () => {
  it('[DG-3] tries it again when its time is up; its request has kept its place', () => {
    const r = room();
    times(3, reported, r);
    r.as('hal').ok('floor.request', {});
    expect(r.as('rob').ok('floor.request', {})).toMatchObject({ status: 'accepted', queuePosition: 1 });
    r.as('mod').ok('floor.request', {});
    expect(r.queue).toEqual(['rob', 'mod']);
    r.as('hal').ok('floor.release', {});
    // Passed over, and first again when it may.
    expect([r.holder, r.queue]).toEqual(['mod', ['rob']]);
    r.as('mod').ok('speech', { grant: r.grant, text: 'Well?' });
    expect(r.holder).toBeUndefined();
    r.wait(10_000);
    expect(r.types().slice(-2)).toEqual(['participant.unmuted', 'floor.granted']);
    expect(r.last('participant.unmuted').data).toEqual({ participant: 'rob', cause: 'retry' });
    expect(r.holder).toBe('rob');
    expect(viewOf(r, 'rob')).not.toHaveProperty('muted');
  });

  it('[DG-3] mutes it at once where it fails again, each time for twice as long, up to muteMaxMs', () => {
    const r = room({ agents: { maxFailures: 3, muteMs: 10_000, muteMaxMs: 60_000 } });
    times(3, reported, r);
    const lengths = [];
    for (let round = 0; round < 5; round++) {
      const { until } = r.last('participant.muted').data;
      lengths.push(Date.parse(until ?? '') - r.at);
      r.wait(lengths.at(-1)!);
      reported(r, 'rob');
    }
    expect(lengths).toEqual([10_000, 20_000, 40_000, 60_000, 60_000]);
    expect(r.last('participant.muted').data.failures).toBe(1);
  });

  it('[DG-3] ends with a turn that goes well', () => {
    const r = room();
    times(3, reported, r);
    r.wait(10_000);
    well(r, 'rob');
    times(2, reported, r);
    expect(mutings(r)).toBe(1);
    reported(r, 'rob');
    expect(Date.parse(r.last('participant.muted').data.until ?? '') - r.at).toBe(10_000);
  });

  it('[DG-3] goes on while nobody is there and while the conversation is paused, and not after its end', () => {
    const r = room();
    times(3, reported, r);
    r.as('mod').ok('conversation.pause', {});
    r.wait(10_000);
    expect(r.last('participant.unmuted').data.cause).toBe('retry');
    r.as('mod').ok('conversation.resume', {});
    reported(r, 'rob');
    r.as('mod').ok('conversation.end', {});
    const before = r.events.length;
    r.wait(86_400_000);
    expect(r.types(before)).not.toContain('participant.unmuted');
  });
});

describe('a moderator', () => {
  const mute = (r: TestRoom, more: Partial<CommandData['participant.mute']> = {}) =>
    r.as('mod').ok('participant.mute', { participant: 'hal', ...more });

  it('[DG-3] mutes anybody until told otherwise; a holder is cut, and the cause is told', () => {
    const r = room();
    r.as('hal').ok('floor.request', {});
    r.as('hal').ok('speech.start', { grant: r.grant });
    r.as('hal').ok('speech.delta', { utterance: `utt_${r.state.seq}`, text: 'And another' });
    r.as('rob').ok('floor.request', {});
    expect(mute(r, { reason: 'Let others speak.' })).toEqual({ until: null });
    expect(r.last('speech.ended').data).toMatchObject({ text: 'And another', interrupted: true });
    expect(r.last('floor.revoked').data).toMatchObject({ cause: 'muted', reason: 'Let others speak.' });
    expect(r.last('participant.muted')).toMatchObject({
      by: 'mod',
      data: { cause: 'moderator', until: null },
    });
    expect(r.holder).toBe('rob');
    r.as('hal').ok('floor.request', {});
    r.as('rob').ok('floor.release', {});
    r.wait(86_400_000);
    expect([r.holder, r.queue]).toEqual([undefined, ['hal']]);
    expect(r.as('mod').ok('participant.unmute', { participant: 'hal' })).toEqual({ unmuted: true });
    expect(r.holder).toBe('hal');
    expect(r.as('mod').ok('participant.unmute', { participant: 'hal' })).toEqual({ unmuted: false });
  });

  it('[DG-3] mutes for a time', () => {
    const r = room();
    mute(r, { ms: 60_000 });
    expect(viewOf(r, 'hal')?.muted).toEqual({
      cause: 'moderator',
      until: new Date(r.at + 60_000).toISOString(),
    });
    r.as('hal').ok('floor.request', {});
    r.wait(59_999);
    expect(r.holder).toBeUndefined();
    r.wait(1);
    expect(r.holder).toBe('hal');
  });

  it('[DG-3] may end an agent’s mute, and then it begins anew', () => {
    const r = room();
    times(3, reported, r);
    r.as('mod').ok('participant.unmute', { participant: 'rob' });
    times(2, reported, r);
    expect(mutings(r)).toBe(1);
  });

  it('[DG-3] is the only one who may, and only for who is there', () => {
    const r = room();
    expect(r.as('hal').refused('participant.mute', { participant: 'rob' }).code).toBe('auth.forbidden');
    expect(r.as('hal').refused('participant.unmute', { participant: 'hal' }).code).toBe('auth.forbidden');
    expect(r.as('mod').refused('participant.mute', { participant: 'nobody' }).code).toBe('not_found');
  });
});

describe('whoever is muted', () => {
  it('[DG-3] hears, reacts, signals and sets topics as before', () => {
    const r = room();
    r.as('mod').ok('participant.mute', { participant: 'hal' });
    well(r, 'mod');
    expect(r.last('speech.ended').audience).toBe('all');
    r.as('hal').ok('reaction.add', { to: r.last('speech.ended').seq, kind: 'agree' });
    r.as('hal').ok('signal', { kind: 'hand' });
    r.as('hal').ok('topic.set', { topic: 'Fairness' });
  });

  it('[DG-3] may not interrupt, and waits instead where it asked to', () => {
    for (const kind of ['cooperative', 'conversational', 'priorityBased', 'consensusRequired']) {
      const r = room({ interruption: { kind } });
      r.as('mod').ok('participant.mute', { participant: 'hal' });
      r.as('mod').ok('floor.request', {});
      r.wait(2_000);
      expect(r.as('hal').ok('floor.interrupt', { urgency: 1 })).toMatchObject({
        outcome: 'denied',
        code: 'interruption.forbidden',
      });
      expect(r.as('hal').ok('floor.interrupt', { urgency: 1, queueIfDenied: true })).toMatchObject({
        outcome: 'queued',
      });
      expect(r.holder).toBe('mod');
    }
  });

  it('[DG-3] [IP-4] while it asks for the floor has asked for nothing', () => {
    const r = room({ interruption: { kind: 'cooperative' } });
    r.as('rob').ok('floor.request', {});
    r.wait(1_000);
    r.as('hal').ok('floor.interrupt', {});
    r.as('mod').ok('participant.mute', { participant: 'hal' });
    expect(r.last('interruption.moot').data.cause).toBe('interrupter_muted');
    expect([r.holder, r.queue]).toEqual(['rob', []]);
  });

  it('[DG-3] does not bid, and no window waits for it', () => {
    const r = room({ floor: { strategy: { kind: 'bidding', excludePreviousSpeaker: false } } });
    r.as('mod').ok('participant.mute', { participant: 'hal' });
    const amount = { currency: 'priorityPoints', value: 50 };
    r.as('hal').ok('floor.request', { urgency: 1, amount });
    expect(r.state.floor.window).toBeNull();
    r.as('rob').ok('floor.request', { urgency: 0.1 });
    const window = r.state.floor.window?.id ?? '';
    r.as('mod').ok('bid.pass', { window });
    expect(r.last('bidding.closed').data).toMatchObject({
      cause: 'complete',
      winner: 'rob',
      bids: [{ participant: 'rob' }],
    });
    // What it offered stands for a window in which it may bid.
    expect(r.state.credits['hal']).toEqual({ balance: 50, escrow: 50 });
    r.as('rob').ok('floor.release', {});
    r.as('mod').ok('participant.unmute', { participant: 'hal' });
    for (const id of ['rob', 'mod']) r.as(id).ok('bid.pass', { window: r.state.floor.window?.id ?? '' });
    expect(r.holder).toBe('hal');
  });

  it('[DG-3] votes, and is not elected', () => {
    const r = room({ floor: { strategy: { kind: 'consensus', minVotes: 1 } } });
    r.as('mod').ok('participant.mute', { participant: 'rob' });
    r.as('hal').ok('floor.request', {});
    r.as('mod').ok('floor.request', {});
    const ballot = r.state.floor.ballot?.id ?? '';
    expect(r.state.floor.ballot?.electorate).toEqual(['mod', 'rob', 'hal']);
    expect(r.state.floor.ballot?.candidates).toEqual(['hal']);
    r.as('rob').ok('vote.cast', { ballot, choice: 'hal' });
    expect(r.holder).toBe('hal');
    r.as('rob').ok('floor.request', {});
    r.as('hal').ok('floor.release', {});
    expect(r.state.floor.ballot?.candidates).toEqual(['mod']);
  });

  it('[DG-3] in the middle of a ballot leaves it to the others', () => {
    const r = room({ floor: { strategy: { kind: 'consensus', minVotes: 1 } } });
    r.as('rob').ok('floor.request', {});
    r.as('rob').ok('vote.cast', { ballot: r.state.floor.ballot?.id ?? '', choice: 'rob' });
    r.as('rob').ok('floor.release', {});
    for (const id of ['hal', 'rob']) r.as(id).ok('floor.request', {});
    // The first ballot has one candidate; in the next both stand.
    r.as('mod').ok('vote.cast', { ballot: r.state.floor.ballot?.id ?? '', choice: 'abstain' });
    r.wait(15_000);
    const ballot = r.state.floor.ballot?.id ?? '';
    expect(r.state.floor.ballot?.candidates).toEqual(['hal', 'rob']);
    r.as('rob').ok('vote.cast', { ballot, choice: 'rob' });
    r.as('mod').ok('participant.mute', { participant: 'rob' });
    r.as('hal').ok('vote.cast', { ballot, choice: 'hal' });
    r.as('mod').ok('vote.cast', { ballot, choice: 'rob' });
    expect(r.last('ballot.closed').data).toMatchObject({ winner: 'hal', tally: { hal: 1, rob: 2 } });
    expect([r.holder, r.queue]).toEqual(['hal', ['rob']]);
  });

  it('[DG-3] is left out of the round, and takes its place in it again', () => {
    const r = room({ floor: { strategy: { kind: 'roundRobin', skipIdle: false } } });
    r.join('a2', { kind: 'agent' }).join('a3', { kind: 'agent' });
    r.as('mod').ok('participant.mute', { participant: 'a2', ms: 60_000 });
    r.as('rob').ok('floor.request', {});
    const say = () => {
      const id = r.holder ?? '';
      r.as(id).ok('speech', { grant: r.grant, text: 'Next.' });
      return id;
    };
    expect([say(), say(), say()]).toEqual(['rob', 'a3', 'rob']);
    r.as('mod').ok('participant.unmute', { participant: 'a2' });
    expect([say(), say(), say()]).toEqual(['a3', 'rob', 'a2']);
  });

  it('[DG-3] neither preempts nor collides', () => {
    const priority = room({ floor: { strategy: { kind: 'priority', preemptionThreshold: 0.1 } } });
    priority.as('mod').ok('participant.mute', { participant: 'hal' });
    priority.as('rob').ok('floor.request', { urgency: 0 });
    priority.as('hal').ok('floor.request', { urgency: 1 });
    expect(priority.types()).not.toContain('floor.revoking');
    const slots = { kind: 'concurrent', maxSimultaneous: 1, collision: { resolution: 'priority' } };
    const concurrent = room({ floor: { strategy: slots } });
    concurrent.as('mod').ok('participant.mute', { participant: 'hal' });
    concurrent.as('rob').ok('floor.request', { urgency: 0 });
    concurrent.as('hal').ok('floor.request', { urgency: 1 });
    expect(concurrent.types()).not.toContain('collision.detected');
    expect([priority.holder, concurrent.holder]).toEqual(['rob', 'rob']);
  });

  it('[DG-3] gives the turn that it had interrupted back', () => {
    const r = room({ interruption: { kind: 'cooperative' } });
    r.as('rob').ok('floor.request', {});
    r.as('rob').ok('speech', { grant: r.grant, text: 'As I was', final: false });
    r.wait(1_000);
    r.as('hal').ok('floor.interrupt', {});
    r.as('rob').ok('interruption.answer', {
      interruption: r.state.floor.interruption?.id ?? '',
      grant: true,
    });
    expect(r.holder).toBe('hal');
    r.as('mod').ok('participant.mute', { participant: 'hal' });
    expect([r.holder, r.last('floor.granted').data.cause]).toEqual(['rob', 'returned']);
  });
});
