import { describe, expect, it } from 'vitest';
import { TestRoom } from '../conversation/room.fixture.ts';

const people = ['ann', 'bob', 'cy', 'dan', 'eve'];

/** Ann holds the floor; bob moves to interrupt her; cy, dan and eve have not voted yet. */
function room(policy: object = {}, others = people): TestRoom {
  const r = new TestRoom({
    floor: { timers: { minSpeakingMs: 0 } },
    interruption: { kind: 'consensusRequired', minVotes: 2, votingWindowMs: 5_000, ...policy },
  });
  for (const id of others) r.join(id);
  r.as('ann').ok('floor.request', {});
  return r;
}

function motion(r: TestRoom, data: { queueIfDenied?: boolean } = {}): (who: string, choice: string) => void {
  const reply = r.as('bob').ok('floor.interrupt', data);
  expect(reply).toMatchObject({ outcome: 'voting', ballot: r.state.floor.ballot?.id });
  return (who, choice) => r.as(who).ok('vote.cast', { ballot: String(reply['ballot']), choice });
}

describe('a motion to interrupt', () => {
  it('[IP-3] goes to those who are present but the holder, with the interrupter as one yes', () => {
    const r = room();
    r.join('obs', { roles: ['observer'] });
    r.hub('connection.lost', { participant: 'eve' });
    motion(r);
    expect(r.last('ballot.opened').data).toMatchObject({
      kind: 'motion',
      candidates: ['bob'],
      electorate: ['bob', 'cy', 'dan'],
      closesAt: new Date(r.at + 5_000).toISOString(),
    });
    expect(r.state.floor.ballot?.choices).toEqual({ bob: 'yes' });
    r.join('fay');
    const ballot = r.state.floor.ballot?.id ?? '';
    expect(r.as('fay').refused('vote.cast', { ballot, choice: 'yes' }).code).toBe('vote.not_elector');
    expect(r.as('ann').refused('vote.cast', { ballot, choice: 'no' }).code).toBe('vote.not_elector');
    expect(r.as('cy').refused('vote.cast', { ballot, choice: 'bob' }).code).toBe('request.invalid');
  });

  it('[IP-3] passes as soon as no vote that can still come changes that', () => {
    const r = room();
    const vote = motion(r);
    vote('cy', 'yes');
    expect(r.holder).toBe('ann');
    vote('dan', 'yes');
    expect(r.last('ballot.closed').data).toMatchObject({
      kind: 'motion',
      outcome: 'passed',
      tally: { yes: 3, no: 0, abstain: 0 },
    });
    expect(r.last('floor.revoked').data).toMatchObject({ participant: 'ann', cause: 'interrupted' });
    expect(r.holder).toBe('bob');
  });

  it('[IP-3] fails early when it cannot pass any more, and leaves things as they are', () => {
    const r = room();
    const vote = motion(r);
    vote('cy', 'no');
    vote('dan', 'no');
    expect(r.last('ballot.closed').data).toMatchObject({ outcome: 'rejected', cause: 'rejected' });
    expect(r.last('interruption.denied').data).toMatchObject({
      participant: 'bob',
      code: 'interruption.declined',
    });
    expect(r.holder).toBe('ann');
    expect(r.queue).toEqual([]);
  });

  it('[IP-3] counts the last ballot of each', () => {
    const r = room();
    const vote = motion(r);
    vote('cy', 'no');
    vote('cy', 'yes');
    vote('dan', 'yes');
    expect(r.holder).toBe('bob');
  });

  it('[IP-3] at the end of the window decides by those who voted', () => {
    const r = room();
    const vote = motion(r);
    vote('cy', 'yes');
    r.wait(4_999);
    expect(r.holder).toBe('ann');
    r.wait(1);
    expect(r.last('ballot.closed').data).toMatchObject({ outcome: 'passed', tally: { yes: 2, no: 0 } });
    expect(r.holder).toBe('bob');
  });

  it('[IP-3] fails on a tie', () => {
    const r = room({ minVotes: 1 });
    const vote = motion(r);
    vote('cy', 'no');
    r.wait(5_000);
    expect(r.last('ballot.closed').data).toMatchObject({ outcome: 'rejected', cause: 'tie' });
    expect(r.holder).toBe('ann');
  });

  it('[IP-3] fails without a quorum of yes, abstentions or not', () => {
    const r = room({ minVotes: 3 });
    const vote = motion(r);
    vote('cy', 'abstain');
    vote('dan', 'yes');
    r.wait(5_000);
    expect(r.last('ballot.closed').data).toMatchObject({
      cause: 'no_quorum',
      tally: { yes: 2, no: 0, abstain: 1 },
    });
    expect(r.holder).toBe('ann');
  });

  it('[IP-3] fails at once where the quorum is out of reach', () => {
    const r = room({ minVotes: 3 }, ['ann', 'bob', 'cy']);
    r.as('bob').ok('floor.interrupt', {});
    expect(r.last('ballot.closed').data).toMatchObject({ cause: 'quorum_unreachable' });
    expect(r.state.floor.ballot).toBeNull();
    expect(r.holder).toBe('ann');
  });

  it('[IP-3] does not wait for whoever has left, and keeps the ballots of who did', () => {
    const r = room({ minVotes: 3 });
    const vote = motion(r);
    vote('cy', 'yes');
    r.as('cy').ok('conversation.leave', {});
    vote('dan', 'yes');
    expect(r.last('ballot.closed').data).toMatchObject({ outcome: 'passed', tally: { yes: 3 } });
    const s = room({ minVotes: 3 });
    motion(s);
    s.as('cy').ok('conversation.leave', {});
    s.as('dan').ok('conversation.leave', {});
    expect(s.last('ballot.closed').data).toMatchObject({ cause: 'quorum_unreachable' });
  });

  it('[IP-3] that fails queues the interrupter where it asked for that', () => {
    const r = room({}, ['ann', 'bob', 'cy']);
    const vote = motion(r, { queueIfDenied: true });
    vote('cy', 'no');
    expect(r.queue).toEqual(['bob']);
  });

  it('[IP-3] is moot when the holder finishes first, and puts the interrupter at the head', () => {
    const r = room();
    r.as('dan').ok('floor.request', {});
    motion(r);
    const before = r.events.length;
    r.as('ann').ok('speech', { grant: r.grant, text: 'done' });
    expect(r.types(before)).toEqual([
      'speech.ended',
      'floor.released',
      'ballot.closed',
      'interruption.moot',
      'floor.requested',
      'floor.granted',
    ]);
    expect(r.last('ballot.closed').data).toMatchObject({ outcome: 'moot' });
    expect(r.holder).toBe('bob');
    expect(r.queue).toEqual(['dan']);
  });

  it('[IP-3] is moot when the interrupter leaves or may not speak any more', () => {
    const r = room();
    motion(r);
    r.as('bob').ok('conversation.leave', {});
    expect(r.last('interruption.moot').data).toMatchObject({ cause: 'interrupter_left' });
    expect(r.state.floor.ballot).toBeNull();
    const s = room();
    s.join('mod', { roles: ['moderator'] });
    const vote = motion(s);
    s.as('mod').ok('role.set', { participant: 'bob', roles: ['observer'] });
    expect(s.last('interruption.moot').data).toMatchObject({ cause: 'interrupter_left' });
    expect(() => vote('cy', 'yes')).toThrow('vote.closed');
    expect(s.holder).toBe('ann');
  });

  it('[IP-3] comes once in a turn; the next turn may have its own', () => {
    const r = room();
    const vote = motion(r);
    expect(r.as('dan').ok('floor.interrupt', {})).toMatchObject({ code: 'interruption.too_many' });
    vote('cy', 'no');
    vote('dan', 'no');
    expect(r.as('cy').ok('floor.interrupt', { queueIfDenied: true })).toMatchObject({
      outcome: 'queued',
      code: 'interruption.too_many',
    });
    r.as('ann').ok('floor.release', {});
    expect(r.holder).toBe('cy');
    motion(r);
  });

  it('[IP-3] that was put off is opened when the holder has had its least time', () => {
    const r = new TestRoom({ interruption: { kind: 'consensusRequired', votingWindowMs: 5_000 } });
    for (const id of people) r.join(id);
    r.as('ann').ok('floor.request', {});
    const { interruption } = r.as('bob').ok('floor.interrupt', {});
    expect(r.state.floor.ballot).toBeNull();
    r.wait(1_000);
    expect(r.last('ballot.opened').data).toMatchObject({
      interruption,
      closesAt: new Date(r.at + 5_000).toISOString(),
    });
    r.wait(5_000);
    expect(r.last('ballot.closed').data).toMatchObject({ cause: 'no_quorum' });
  });

  it('[IP-3] stands still while the conversation is paused', () => {
    const r = room();
    r.join('mod', { roles: ['moderator'] });
    const vote = motion(r);
    vote('cy', 'yes');
    r.wait(1_000).as('mod').ok('conversation.pause', {});
    expect(() => vote('dan', 'yes')).toThrow('conversation.paused');
    r.wait(60_000).as('mod').ok('conversation.resume', {});
    r.wait(3_999);
    expect(r.holder).toBe('ann');
    r.wait(1);
    expect(r.holder).toBe('bob');
  });
});
