import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { strategyView } from '../conversation/floor-view.ts';
import { nextDeadline } from '../conversation/deadlines.ts';
import { TestRoom } from '../conversation/room.fixture.ts';
import { priorityCalculators } from '../floor/priority.ts';

const HOUR = 3_600_000;
const patient = {
  firstContentMs: HOUR,
  maxTurnMs: HOUR,
  silenceMs: HOUR,
  warnBeforeMs: 0,
  revokeGraceMs: 3_000,
};

const room = (priority: object = {}, strategy: object = {}, timers: object = {}) =>
  new TestRoom({
    floor: {
      strategy: { kind: 'priority', preemptionThreshold: 1_000, ...strategy },
      timers: { ...patient, ...timers },
      priority,
    },
    presence: { idleAfterMs: 24 * HOUR },
  })
    .join('ann')
    .join('bob')
    .join('cy')
    .join('dee');

/** Somebody holds the floor, so that the others can queue. */
const held = (priority: object = {}, strategy: object = {}, timers: object = {}) => {
  const r = room(priority, strategy, timers);
  r.as('ann').ok('floor.request', { urgency: 0 });
  return r;
};
const order = (r: TestRoom) =>
  strategyView(r.state, r.at)
    .waiting()
    .map(({ participant }) => participant);

describe('the queue', () => {
  it('[TS-10] is served by priority, equal ones by time', () => {
    const r = held({ urgency: 10 });
    r.as('bob').ok('floor.request', { urgency: 0.2 });
    r.as('cy').ok('floor.request', { urgency: 0.9 });
    expect(r.as('dee').ok('floor.request', { urgency: 0.2 })).toMatchObject({ queuePosition: 3 });
    expect(order(r)).toEqual(['cy', 'bob', 'dee']);
    r.as('ann').ok('floor.release', {});
    expect(r.last('floor.granted').data).toMatchObject({
      participant: 'cy',
      cause: 'priority',
      reason: 'priority 9',
    });
  });

  it('[TS-10] takes the highest base among the roles', () => {
    const r = held({ roleBase: { expert: 5, chair: 7, participant: 1 } })
      .join('eve', { roles: ['participant', 'expert'] })
      .join('fay', { roles: ['expert', 'chair'] });
    for (const who of ['bob', 'eve', 'fay']) r.as(who).ok('floor.request', { urgency: 1 });
    expect(order(r)).toEqual(['fay', 'eve', 'bob']);
  });

  it('[TS-10] [FL-4] follows a changed urgency', () => {
    const r = held({ urgency: 1 });
    r.as('bob').ok('floor.request', { urgency: 0.4 });
    r.as('cy').ok('floor.request', { urgency: 0.3 });
    expect(order(r)).toEqual(['bob', 'cy']);
    r.as('cy').ok('floor.request', { urgency: 0.5 });
    expect(order(r)).toEqual(['cy', 'bob']);
  });

  it('[TS-10] adds and subtracts exactly these parts', () => {
    const r = held({ roleBase: { participant: 2 }, urgency: 10, quality: 4, agingPerSecond: 0.5, decay: 8 });
    r.wait(10_000);
    r.as('ann').ok('speech', { grant: r.grant, text: 'Long.' });
    r.as('bob').ok('floor.request', { urgency: 0.3 });
    r.wait(30_000);
    r.as('bob').ok('speech', { grant: r.grant, text: 'Longer.' });
    for (const who of ['ann', 'cy', 'dee']) {
      const to = r.last('speech.ended').data.utterance;
      r.as(who).ok('reaction.add', { to, kind: 'rating', rating: 1 });
    }
    const view = strategyView(r.state, r.at);
    const calculate = priorityCalculators.require('effective');
    const { recentShare, quality } = view.figures('bob');
    expect(quality).toBe(0.5);
    expect(recentShare).toBeGreaterThan(0.75);
    const value = calculate(view, { participant: 'bob', urgency: 0.3, waitedMs: 6_000 });
    expect(value).toBeCloseTo(2 + 10 * 0.3 + 4 * 0.5 + 0.5 * 6 - 8 * recentShare, 10);
    expect(calculate(view, { participant: 'cy', urgency: 1, waitedMs: 0 })).toBe(12);
    expect(view.figures('ann').recentShare + recentShare).toBeCloseTo(1, 10);
  });

  it('[TS-10] aging lets an old request overtake a more urgent new one', () => {
    const later = (agingPerSecond: number) => {
      const r = held({ urgency: 1, agingPerSecond });
      r.as('bob').ok('floor.request', { urgency: 0 });
      r.wait(11_000);
      r.as('cy').ok('floor.request', { urgency: 1 });
      return order(r);
    };
    expect(later(0)).toEqual(['cy', 'bob']);
    expect(later(0.1)).toEqual(['bob', 'cy']);
  });

  it('[FL-12] is in the order that a moderator gave it, whatever the priorities are', () => {
    const r = held({ urgency: 1 });
    r.as('bob').ok('floor.request', { urgency: 1 });
    r.as('cy').ok('floor.request', { urgency: 0 });
    r.hub('floor.reorder', { participant: 'cy', position: 1 });
    expect(order(r)).toEqual(['cy', 'bob']);
  });

  it('[TS-10] is ordered by a calculator that the host registered; unknown ones are refused with their path', () => {
    priorityCalculators.register('byName', (_view, { participant }) => participant.charCodeAt(0));
    const r = held({}, { calculator: 'byName' });
    for (const who of ['bob', 'dee', 'cy']) r.as(who).ok('floor.request', {});
    expect(order(r)).toEqual(['dee', 'cy', 'bob']);
    const config = { floor: { strategy: { kind: 'priority', calculator: 'unheard' } } };
    expect(
      r
        .join('mod', { roles: ['moderator'] })
        .as('mod')
        .refused('conversation.configure', { config }).details,
    ).toEqual({
      path: 'config.floor.strategy.calculator',
      expected: 'one of effective, byName',
    });
  });
});

describe('preemption', () => {
  const contest = (urgency: number, strategy: object = { preemptionThreshold: 1 }) => {
    const r = room({ urgency: 4 }, strategy);
    r.as('ann').ok('floor.request', { urgency: 0.25 });
    r.as('ann').ok('speech.start', { grant: r.grant });
    r.as('bob').ok('floor.request', { urgency });
    return r;
  };

  it('[TS-11] needs strictly more than the holder has and the threshold', () => {
    expect(contest(0.5).types()).not.toContain('floor.revoking');
    expect(contest(0.501).types()).toContain('floor.revoking');
    expect(contest(1, { preemptionThreshold: 3 }).types()).not.toContain('floor.revoking');
    expect(contest(0.26, { preemptionThreshold: 0 }).types()).toContain('floor.revoking');
  });

  it('[TS-11] [IP-6] is announced with cause and numbers, and the holder has the grace', () => {
    const r = contest(1);
    const { data } = r.last('floor.revoking');
    expect(data).toMatchObject({ participant: 'ann', cause: 'preempted', reason: 'priority 4 against 2' });
    expect(data.cutAt).toBe(new Date(r.at + 3_000).toISOString());
    const utterance = r.last('speech.started').data.utterance;
    r.wait(2_999);
    r.as('ann').ok('speech.delta', { utterance, text: 'Only this' });
    expect(r.holder).toBe('ann');
    r.wait(1);
    expect(r.holder).toBe('bob');
    expect(r.last('floor.revoked').data).toMatchObject({
      cause: 'preempted',
      reason: 'priority 4 against 2',
    });
    expect(r.last('speech.ended').data).toMatchObject({ text: 'Only this', interrupted: true });
    expect(r.as('ann').refused('speech.delta', { utterance, text: '!' }).code).toBe('floor.stale_grant');
  });

  it('[TS-11] happens at once without a grace', () => {
    const r = room({ urgency: 4 }, { preemptionThreshold: 1 }, { revokeGraceMs: 0 });
    r.as('ann').ok('floor.request', { urgency: 0 });
    expect(r.as('bob').ok('floor.request', { urgency: 1 })).toMatchObject({ status: 'granted' });
    expect(r.queue).toEqual(['ann']);
  });

  it('[TS-11] with aging comes at the first millisecond of strict excess', () => {
    const r = room({ urgency: 0, agingPerSecond: 0.1 }, { preemptionThreshold: 1 });
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.request', {});
    const asked = r.at;
    expect(nextDeadline(r.state)).toBe(asked + 10_001);
    r.wait(10_000);
    expect(r.types()).not.toContain('floor.revoking');
    r.wait(1);
    expect(r.last('floor.revoking').at).toBe(asked + 10_001);
  });

  it('[TS-11] [FL-11] finds that millisecond for every slope, urgency and threshold', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 50, noNaN: true }),
        fc.double({ min: 0, max: 20, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (agingPerSecond, preemptionThreshold, urgency) => {
          const r = room({ urgency: 1, agingPerSecond }, { preemptionThreshold });
          r.as('ann').ok('floor.request', { urgency });
          r.as('bob').ok('floor.request', { urgency: 0 });
          const asked = r.at;
          const exceeds = (ms: number) => (agingPerSecond * ms) / 1_000 > urgency + preemptionThreshold;
          // Among whole numbers the answer is where the comparison turns; halving finds it.
          let [low, high] = [-1, 4_000_000];
          while (high - low > 1) {
            const middle = Math.floor((low + high) / 2);
            if (exceeds(middle)) high = middle;
            else low = middle;
          }
          const due = high === 0 ? null : nextDeadline(r.state);
          if (high === 0) expect(r.types()).toContain('floor.revoking');
          else expect(due).toBe(asked + high);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('[TS-11] counts what the holder had waited, up to its grant and no further', () => {
    const preempts = (urgency: number) => {
      const r = held({ urgency: 4, agingPerSecond: 0.1 }, { preemptionThreshold: 1 });
      r.as('bob').ok('floor.request', { urgency: 0 });
      r.wait(5_000).as('ann').ok('floor.release', {});
      expect(r.holder).toBe('bob');
      r.wait(50_000).as('cy').ok('floor.request', { urgency });
      return r.types().includes('floor.revoking');
    };
    // The bar is 0.5 for bob's 5 s and 1 for the threshold.
    expect(preempts(0.37)).toBe(false);
    expect(preempts(0.38)).toBe(true);
  });

  it('[TS-11] counts on the slope of whatever calculator is registered', () => {
    priorityCalculators.register('quick', (_view, { waitedMs }) => waitedMs / 50);
    const r = room({}, { calculator: 'quick', preemptionThreshold: 2 });
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.request', {});
    r.wait(100);
    expect(r.types()).not.toContain('floor.revoking');
    r.wait(1);
    expect(r.types()).toContain('floor.revoking');
  });

  it('[TS-11] never comes from somebody who is disconnected, nor twice', () => {
    const r = room({ urgency: 4, agingPerSecond: 1 }, { preemptionThreshold: 1 });
    r.as('ann').ok('floor.request', { urgency: 0 });
    r.as('bob').ok('floor.request', { urgency: 0 });
    r.hub('connection.lost', { participant: 'bob' });
    r.wait(20_000);
    expect(r.types()).not.toContain('floor.revoking');
    r.as('cy').ok('floor.request', { urgency: 1 });
    r.as('dee').ok('floor.request', { urgency: 1 });
    expect(r.types().filter((type) => type === 'floor.revoking')).toHaveLength(1);
  });
});

describe('whoever was preempted', () => {
  const cutShort = () => {
    const r = room({ urgency: 4 }, { preemptionThreshold: 1 }, { maxTurnMs: 60_000, revokeGraceMs: 0 });
    r.as('ann').ok('floor.request', { urgency: 0.25 });
    r.as('ann').ok('speech', { grant: r.grant, text: 'So,', final: false });
    r.wait(20_000);
    r.as('cy').ok('floor.request', { urgency: 0.25 });
    r.as('bob').ok('floor.request', { urgency: 1 });
    return r;
  };

  it('[TS-12] goes to the head of its class with its remaining time', () => {
    const r = cutShort();
    expect(r.holder).toBe('bob');
    expect(order(r)).toEqual(['ann', 'cy']);
    r.as('bob').ok('floor.release', {});
    expect(r.last('floor.granted').data).toMatchObject({
      participant: 'ann',
      endsAt: new Date(r.at + 40_000).toISOString(),
    });
    r.as('ann').ok('floor.release', {});
    expect(r.last('floor.granted').data).toMatchObject({
      participant: 'cy',
      endsAt: new Date(r.at + 60_000).toISOString(),
    });
  });

  it('[TS-12] is behind a higher class all the same', () => {
    const r = cutShort();
    r.as('dee').ok('floor.request', { urgency: 0.5 });
    expect(order(r)).toEqual(['dee', 'ann', 'cy']);
  });

  it('[TS-12] is immune after maxPreemptions preemptions of one request', () => {
    const r = cutShort();
    r.as('bob').ok('floor.release', {});
    r.as('bob').ok('floor.request', { urgency: 1 });
    expect([r.holder, r.state.floor.queue[0]?.participant]).toEqual(['bob', 'cy']);
    r.as('bob').ok('floor.release', {});
    expect(r.holder).toBe('ann');
    expect(r.state.floor.holders[0]?.request.preemptions).toBe(2);
    r.as('bob').ok('floor.request', { urgency: 1 });
    expect(r.holder).toBe('ann');
    // A new request begins anew.
    r.as('ann').ok('floor.release', {});
    r.as('bob').ok('floor.release', {});
    r.as('cy').ok('floor.release', {});
    r.as('ann').ok('floor.request', { urgency: 0.25 });
    r.as('bob').ok('floor.request', { urgency: 1 });
    expect(r.holder).toBe('bob');
  });

  it('[TS-12] cannot be preempted at all under maxPreemptions 0', () => {
    const r = room({ urgency: 4 }, { preemptionThreshold: 1, maxPreemptions: 0 });
    r.as('ann').ok('floor.request', { urgency: 0 });
    r.as('bob').ok('floor.request', { urgency: 1 });
    expect(r.types()).not.toContain('floor.revoking');
  });

  it('[TS-12] waits for nothing when all of its time went by in the grace', () => {
    const r = room({ urgency: 4 }, { preemptionThreshold: 1 }, { maxTurnMs: 10_000 });
    r.as('ann').ok('floor.request', { urgency: 0 });
    r.as('ann').ok('speech', { grant: r.grant, text: 'So,', final: false });
    r.wait(8_000);
    r.as('bob').ok('floor.request', { urgency: 1 });
    r.wait(3_000);
    expect([r.holder, r.queue]).toEqual(['bob', []]);
  });
});

describe('starvation', () => {
  /** Two loud ones ask again as soon as they have spoken, ten seconds each; how long does a quiet one wait? */
  const waitOfQuiet = (priority: object): number | null => {
    const r = room({ urgency: 10, ...priority });
    r.as('ann').ok('floor.request', { urgency: 1 });
    r.as('bob').ok('floor.request', { urgency: 1 });
    r.as('cy').ok('floor.request', { urgency: 0 });
    const from = r.at;
    for (let turns = 0; turns < 60; turns++) {
      const holder = r.holder ?? '';
      if (holder === 'cy') return r.at - from;
      r.wait(10_000);
      r.as(holder).ok('speech', { grant: r.grant, text: 'Me again.' });
      r.as(holder).ok('floor.request', { urgency: 1 });
    }
    return null;
  };

  it('[TS-13] nobody starves with aging on', () => {
    // What urgency puts between them, aging makes up for in 100 s, a loud one waiting 10 of them.
    expect(waitOfQuiet({ agingPerSecond: 0.1 })).toBeLessThanOrEqual(130_000);
    expect(waitOfQuiet({ agingPerSecond: 1 })).toBeLessThanOrEqual(30_000);
  });

  it('[TS-13] without it, as by default, somebody does, which is what the weight is for', () => {
    expect(waitOfQuiet({ agingPerSecond: 0 })).toBeNull();
    expect(waitOfQuiet({})).toBeNull();
  });
});
