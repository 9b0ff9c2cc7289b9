import { describe, expect, it } from 'vitest';
import { interruptionPolicies } from '../interruptions/registry.ts';
import { project } from './project.ts';
import { TestRoom } from './room.fixture.ts';

const people = ['ann', 'bob', 'cy', 'dan'];

/** Dan moderates; nothing is put off; bob with urgency 1 interrupts whoever speaks. */
function room(config: { floor?: object; interruption?: object } = {}, timers: object = {}): TestRoom {
  const r = new TestRoom({
    interruption: { kind: 'priorityBased', threshold: 0.5 },
    ...config,
    floor: { timers: { minSpeakingMs: 0, silenceMs: 120_000, warnBeforeMs: 0, ...timers }, ...config.floor },
  });
  for (const id of people) r.join(id, id === 'dan' ? { roles: ['moderator'] } : {});
  return r;
}

const interrupt = (r: TestRoom, who = 'bob') => r.as(who).ok('floor.interrupt', { urgency: 1 });
const holders = (r: TestRoom) => r.state.floor.holders.map(({ participant }) => participant);
const grantOf = (r: TestRoom, who: string): number =>
  r.state.floor.holders.find(({ participant }) => participant === who)?.grant ?? 0;

function speaking(r: TestRoom, who: string, text: string): string {
  const utterance = String(r.as(who).ok('speech.start', { grant: grantOf(r, who) })['utterance']);
  r.as(who).ok('speech.delta', { utterance, text });
  return utterance;
}

describe('what was being said', () => {
  it('[IP-6] is kept as far as it was delivered, with who interrupted; the rest never appears', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    const utterance = speaking(r, 'ann', 'The first ');
    r.as('ann').ok('speech.delta', { utterance, text: 'half' });
    r.wait(1_000);
    interrupt(r);
    expect(r.last('speech.ended').data).toMatchObject({
      utterance,
      participant: 'ann',
      text: 'The first half',
      interrupted: true,
      interruptedBy: 'bob',
    });
    const before = r.events.length;
    expect(r.as('ann').refused('speech.delta', { utterance, text: ' and more' }).code).toBe(
      'floor.stale_grant',
    );
    expect(r.as('ann').refused('speech.end', { utterance, text: 'The first half and more' }).code).toBe(
      'floor.stale_grant',
    );
    expect(r.events).toHaveLength(before);
    expect(r.events.filter(({ type }) => type === 'speech.ended')).toHaveLength(1);
  });

  it('[IP-6] has no mark when its speaker came to its end', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    r.as('ann').ok('speech', { grant: r.grant, text: 'Done.', final: false });
    interrupt(r);
    const said = r.events.filter(({ type }) => type === 'speech.ended');
    expect(said).toHaveLength(1);
    expect(said[0]?.data).not.toHaveProperty('interrupted');
  });

  it('[IP-6] counts interruptions made and suffered', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    interrupt(r);
    const { contributions } = project(r.state, { participant: null, moderator: true });
    const counts = contributions.map(({ participant, interruptionsMade, interruptionsSuffered }) => [
      participant,
      interruptionsMade,
      interruptionsSuffered,
    ]);
    expect(counts.toSorted()).toEqual([
      ['ann', 0, 1],
      ['bob', 1, 0],
    ]);
  });
});

describe('a false interruption', () => {
  const timers = { firstContentMs: 5_000, maxTurnMs: 60_000 };

  function interrupted(config: { floor?: object } = {}): TestRoom {
    const r = room(config, timers);
    r.as('ann').ok('floor.request', {});
    r.as('ann').ok('speech', { grant: r.grant, text: 'Well', final: false });
    r.as('cy').ok('floor.request', {});
    r.wait(20_000);
    interrupt(r);
    expect(holders(r)).toEqual(['bob']);
    return r;
  }

  it('[IP-6] gives the floor back with the remaining time, before those who wait', () => {
    const r = interrupted();
    r.wait(4_999);
    expect(holders(r)).toEqual(['bob']);
    const before = r.events.length;
    r.wait(1);
    expect(r.types(before)).toEqual(['floor.revoked', 'floor.granted']);
    expect(r.last('floor.revoked').data).toMatchObject({ participant: 'bob', cause: 'no_content' });
    expect(r.last('floor.granted').data).toMatchObject({
      participant: 'ann',
      cause: 'returned',
      endsAt: new Date(r.at + 40_000).toISOString(),
    });
    expect(r.queue).toEqual(['cy']);
  });

  it('[IP-6] does so too when the interrupter lets go, leaves or loses the floor without a word', () => {
    for (const end of [
      (r: TestRoom) => r.as('bob').ok('floor.release', {}),
      (r: TestRoom) => r.as('bob').ok('conversation.leave', {}),
      (r: TestRoom) => r.as('dan').ok('floor.revoke', { participant: 'bob' }),
    ]) {
      const r = interrupted();
      end(r);
      expect(holders(r)).toEqual(['ann']);
    }
  });

  it('[IP-6] is none when the interrupter has said something', () => {
    const r = interrupted();
    r.as('bob').ok('speech', { grant: r.grant, text: 'Fire' });
    expect(holders(r)).toEqual(['cy']);
  });

  it('[IP-6] gives nothing back to somebody who has left, or had no time left', () => {
    const r = interrupted();
    r.as('ann').ok('conversation.leave', {});
    r.wait(5_000);
    expect(holders(r)).toEqual(['cy']);

    const late = room({}, { ...timers, revokeGraceMs: 3_000 });
    late.as('ann').ok('floor.request', {});
    late.as('ann').ok('speech', { grant: late.grant, text: 'Well', final: false });
    late.as('cy').ok('floor.request', {});
    late.wait(61_000);
    expect(late.types()).toContain('floor.revoking');
    interrupt(late);
    late.wait(5_000);
    expect(holders(late)).toEqual(['cy']);
  });

  it('[IP-6] gives nothing back to somebody who has become an observer, or speaks again already', () => {
    const r = interrupted();
    r.as('dan').ok('role.set', { participant: 'ann', roles: ['observer'] });
    r.wait(5_000);
    expect(holders(r)).toEqual(['cy']);

    const slots = interrupted({ floor: { strategy: { kind: 'sequential' } } });
    const strategy = { kind: 'concurrent', maxSimultaneous: 3 };
    slots.as('dan').ok('conversation.configure', { config: { floor: { strategy } } });
    slots.as('ann').ok('floor.request', {});
    expect(holders(slots)).toEqual(['bob', 'cy', 'ann']);
    slots.as('bob').ok('floor.release', {});
    expect(holders(slots)).toEqual(['cy', 'ann']);
    expect(slots.queue).toEqual([]);
  });

  it('[IP-6] gives nothing back where a collision took the floor from the interrupter', () => {
    const strategy = { kind: 'concurrent', maxSimultaneous: 1, collision: { resolution: 'priority' } };
    const r = room({ floor: { strategy, priority: { roleBase: { chair: 5 } } } }, timers).join('eve', {
      roles: ['chair'],
    });
    r.as('ann').ok('floor.request', {});
    r.as('ann').ok('speech', { grant: r.grant, text: 'Well', final: false });
    r.wait(20_000);
    interrupt(r);
    r.as('eve').ok('floor.request', {});
    expect(r.last('floor.revoked').data).toMatchObject({ participant: 'bob', cause: 'collision' });
    expect([holders(r), r.queue]).toEqual([['eve'], ['bob']]);
  });

  it('[IP-6] [FL-1] that is interrupted itself hands on one floor', () => {
    const r = room({ interruption: { kind: 'cooperative' } }, timers);
    r.as('ann').ok('floor.request', {});
    r.as('ann').ok('speech', { grant: r.grant, text: 'Well', final: false });
    for (const [who, holder] of [
      ['bob', 'ann'],
      ['cy', 'bob'],
    ] as const) {
      const { interruption } = interrupt(r, who);
      r.as(holder).ok('interruption.answer', { interruption: String(interruption), grant: true });
      expect(holders(r)).toEqual([who]);
    }
    r.wait(5_000);
    expect(r.last('floor.granted').data).toMatchObject({ participant: 'bob', cause: 'returned' });
  });

  it('[IP-6] [FL-14] in a pause puts the interrupted one at the head, with its remaining time', () => {
    const r = interrupted();
    r.as('dan').ok('conversation.pause', {});
    r.as('dan').ok('floor.revoke', { participant: 'bob' });
    expect(holders(r)).toEqual([]);
    expect(r.queue).toEqual(['ann', 'cy']);
    r.as('dan').ok('conversation.resume', {});
    expect(r.state.floor.holders).toMatchObject([{ participant: 'ann', turnMs: 40_000 }]);
  });

  it('[IP-6] [FL-15] [FL-1] under fewer slots gives back no more than there is', () => {
    const r = room({ floor: { strategy: { kind: 'concurrent', maxSimultaneous: 2 } } }, timers);
    r.as('ann').ok('floor.request', {});
    r.as('cy').ok('floor.request', {});
    for (const id of ['ann', 'cy'])
      r.as(id).ok('speech', { grant: grantOf(r, id), text: 'Well', final: false });
    interrupt(r);
    expect(holders(r)).toEqual(['cy', 'bob']);
    r.as('dan').ok('conversation.configure', { config: { floor: { strategy: { kind: 'sequential' } } } });
    expect(holders(r)).toEqual(['cy']);
    expect(r.state.floor.queue).toMatchObject([
      { participant: 'ann', pinned: true, resumes: { remainingMs: 60_000 } },
    ]);
  });
});

describe('interrupting where several may speak', () => {
  const concurrent = { strategy: { kind: 'concurrent', maxSimultaneous: 2 } };

  it('[IP-2] [TS-19] takes the free slot and leaves the holder alone', () => {
    const r = room({ floor: concurrent });
    r.as('ann').ok('floor.request', {});
    expect(interrupt(r)).toMatchObject({ outcome: 'granted', interruption: null });
    expect(holders(r)).toEqual(['ann', 'bob']);
  });

  it('[IP-2] is against whoever has spoken longest when all slots are taken', () => {
    const r = room({ floor: concurrent });
    r.as('cy').ok('floor.request', {});
    r.as('ann').ok('floor.request', {});
    r.wait(1_000);
    expect(interrupt(r)).toMatchObject({ outcome: 'granted' });
    expect(holders(r)).toEqual(['ann', 'bob']);
    expect(r.last('floor.revoked').data).toMatchObject({ participant: 'cy', cause: 'interrupted' });
  });

  it('[IP-4] an open question is moot when a slot comes free, and the interrupter takes it', () => {
    const r = room({ floor: concurrent, interruption: { kind: 'cooperative' } });
    r.as('ann').ok('floor.request', {});
    r.as('cy').ok('floor.request', {});
    expect(interrupt(r)).toMatchObject({ outcome: 'asked' });
    r.as('cy').ok('floor.release', {});
    expect(r.last('interruption.moot').data).toMatchObject({ cause: 'room' });
    expect(holders(r)).toEqual(['ann', 'bob']);
  });

  it('[IP-4] [FL-4] an interrupter that came to speak otherwise is not granted a second time', () => {
    const r = room({ floor: concurrent, interruption: { kind: 'cooperative' } });
    r.as('ann').ok('floor.request', {});
    r.as('cy').ok('floor.request', {});
    const { interruption } = interrupt(r);
    r.as('bob').ok('floor.request', {});
    r.as('dan').ok('floor.request', {});
    r.as('cy').ok('floor.release', {});
    expect(holders(r)).toEqual(['ann', 'bob']);
    expect(r.last('interruption.moot').data).toMatchObject({ interruption, cause: 'interrupter_speaks' });
    expect(r.queue).toEqual(['dan']);
  });
});

describe('changing the rules while an interruption is open', () => {
  for (const [kind, interruption] of [
    ['cooperative', { kind: 'cooperative' }],
    ['consensusRequired', { kind: 'consensusRequired' }],
  ] as const) {
    it(`[FL-15] closes it without effect: ${kind}`, () => {
      const r = room({ interruption });
      r.as('ann').ok('floor.request', {});
      r.as('cy').ok('floor.request', {});
      interrupt(r);
      const { grant } = r;
      r.as('dan').ok('conversation.configure', { config: { interruption: { kind: 'forbidden' } } });
      expect(r.last('interruption.moot').data).toMatchObject({ participant: 'bob', cause: 'reconfigured' });
      expect(r.state.floor).toMatchObject({ interruption: null, ballot: null });
      expect(r.grant).toBe(grant);
      expect(r.queue).toEqual(['cy']);
    });
  }

  it('[FL-15] ends an overlap: the first starter keeps the floor', () => {
    const r = room({ interruption: { kind: 'conversational' } });
    r.as('ann').ok('floor.request', {});
    interrupt(r);
    r.as('dan').ok('conversation.configure', { config: { interruption: { kind: 'forbidden' } } });
    expect(r.last('overlap.ended').data).toMatchObject({ keeps: 'ann', cause: 'reconfigured' });
    expect(holders(r)).toEqual(['ann']);
  });

  it('[FL-15] closes what was put off, every one', () => {
    const r = room({}, { minSpeakingMs: 1_000 });
    r.as('ann').ok('floor.request', {});
    interrupt(r, 'bob');
    interrupt(r, 'cy');
    r.as('dan').ok('conversation.configure', { config: { interruption: { kind: 'cooperative' } } });
    expect(r.types().filter((type) => type === 'interruption.moot')).toHaveLength(2);
    r.wait(5_000);
    expect(holders(r)).toEqual(['ann']);
    expect(r.state.floor).toMatchObject({ interruption: null, alsoDeferred: [] });
  });

  it('[FL-15] closes it also where only a setting of the policy changes', () => {
    const r = room({ interruption: { kind: 'cooperative' } });
    r.as('ann').ok('floor.request', {});
    interrupt(r);
    r.as('dan').ok('conversation.configure', { config: { interruption: { requestTimeoutMs: 9_000 } } });
    expect(r.last('interruption.moot').data).toMatchObject({ participant: 'bob', cause: 'reconfigured' });
    expect(holders(r)).toEqual(['ann']);
  });

  it('[FL-15] leaves a motion and an overlap open when only the turn strategy changes', () => {
    const change = (r: TestRoom) =>
      r.as('dan').ok('conversation.configure', { config: { floor: { strategy: { kind: 'priority' } } } });
    const motion = room({ interruption: { kind: 'consensusRequired' } });
    motion.as('ann').ok('floor.request', {});
    const { ballot } = interrupt(motion);
    change(motion);
    motion.as('cy').ok('vote.cast', { ballot: String(ballot), choice: 'yes' });
    expect(holders(motion)).toEqual(['bob']);
    const overlap = room({ interruption: { kind: 'conversational' } });
    overlap.as('ann').ok('floor.request', {});
    interrupt(overlap);
    change(overlap);
    expect(holders(overlap)).toEqual(['ann', 'bob']);
  });

  it('[FL-15] keeps it open when only the turn strategy changes', () => {
    const r = room({ interruption: { kind: 'cooperative' } });
    r.as('ann').ok('floor.request', {});
    const { interruption } = interrupt(r);
    r.as('dan').ok('conversation.configure', { config: { floor: { strategy: { kind: 'priority' } } } });
    r.as('ann').ok('interruption.answer', { interruption: String(interruption), grant: true });
    expect(holders(r)).toEqual(['bob']);
  });

  it('[FL-11] ends with the conversation', () => {
    for (const kind of Object.keys(interruptionPolicies)) {
      const r = room({ interruption: { kind } });
      r.as('ann').ok('floor.request', {});
      interrupt(r);
      r.as('dan').ok('conversation.end', {});
      expect(r.state.floor).toMatchObject({ interruption: null, ballot: null, holders: [], queue: [] });
    }
  });
});

describe('who may interrupt', () => {
  it('[FL-2] no observer', () => {
    const r = room().join('obs', { roles: ['observer'] });
    r.as('ann').ok('floor.request', {});
    expect(r.as('obs').refused('floor.interrupt', {}).code).toBe('floor.observer');
  });

  it('[FL-11] nobody whose last turn was too long, until its time is over', () => {
    const r = room({}, { maxTurnMs: 10_000, revokeGraceMs: 0, retryAfterMs: 5_000 });
    r.as('bob').ok('floor.request', {});
    r.as('bob').ok('speech', { grant: r.grant, text: 'On and on', final: false });
    r.as('ann').ok('floor.request', {});
    r.wait(11_000);
    expect(holders(r)).toEqual(['ann']);
    expect(r.as('bob').refused('floor.interrupt', { urgency: 1 })).toMatchObject({
      code: 'floor.retry_after',
      retryAfterMs: 4_000,
    });
    r.wait(4_000);
    expect(interrupt(r)).toMatchObject({ outcome: 'granted' });
  });

  it('[IP-7] a backchannel takes no floor, interrupts nobody, and is short', () => {
    for (const kind of Object.keys(interruptionPolicies)) {
      const r = room({ interruption: { kind } });
      r.as('ann').ok('floor.request', {});
      const utterance = speaking(r, 'ann', 'Well');
      const before = r.state.floor;
      const seq = r.state.seq;
      r.as('bob').ok('signal', { kind: 'backchannel', text: 'm'.repeat(80) });
      expect(r.as('bob').refused('signal', { kind: 'backchannel', text: 'm'.repeat(81) }).code).toBe(
        'request.invalid',
      );
      expect(r.state.floor).toEqual(before);
      expect(r.state.seq).toBe(seq);
      expect(r.last('signal').data).toMatchObject({ participant: 'bob', kind: 'backchannel' });
      r.as('ann').ok('speech.delta', { utterance, text: ' then' });
    }
  });
});
