import { describe, expect, it } from 'vitest';
import { TestRoom } from '../conversation/room.fixture.ts';
import { collisionResolvers } from './collisions.ts';

const room = (collision: object = {}, maxSimultaneous = 2, config: object = {}) => {
  const r = new TestRoom({
    floor: {
      strategy: {
        kind: 'concurrent',
        maxSimultaneous,
        collision: { windowMs: 300, slotMs: 100, ...collision },
      },
      ...config,
    },
    presence: { reconnectGraceMs: 60_000 },
  });
  for (const id of ['ann', 'bob', 'cy', 'dee']) r.join(id);
  return r;
};
const holders = (r: TestRoom) => r.state.floor.holders.map(({ participant }) => participant);
const ask = (r: TestRoom, who: string, data: object = {}) => r.as(who).ok('floor.request', data);
const collisions = (r: TestRoom) => r.events.filter((event) => event.type === 'collision.detected');
const grantOf = (r: TestRoom, who: string) =>
  r.state.floor.holders.find(({ participant }) => participant === who)?.grant ?? 0;

describe('slots', () => {
  it('[TS-19] [FL-1] are granted at once while there are free ones, and never more', () => {
    const r = room({}, 3);
    for (const who of ['ann', 'bob', 'cy']) expect(ask(r, who)).toMatchObject({ status: 'granted' });
    r.wait(1_000);
    expect(ask(r, 'dee')).toMatchObject({ status: 'accepted', queuePosition: 1 });
    expect(holders(r)).toEqual(['ann', 'bob', 'cy']);
    expect(r.last('floor.granted').data.cause).toBe('slot');
    r.as('bob').ok('speech', { grant: grantOf(r, 'bob'), text: 'Done.' });
    expect(holders(r)).toEqual(['ann', 'cy', 'dee']);
    expect(r.types().slice(-3)).toEqual(['speech.ended', 'floor.released', 'floor.granted']);
  });

  it('[TS-19] a request within the window of the grant of the last slot collides, a later one is queued', () => {
    const at = (ms: number) => {
      const r = room();
      ask(r, 'ann');
      r.wait(1_000);
      ask(r, 'bob');
      r.wait(ms);
      expect(ask(r, 'cy')).toMatchObject({ status: 'accepted' });
      return collisions(r);
    };
    expect(at(0)).toHaveLength(1);
    expect(at(300)).toMatchObject([
      { audience: 'all', data: { participants: ['bob', 'cy'], resolution: 'firstStarter', keeps: 'bob' } },
    ]);
    expect(at(301)).toEqual([]);
  });

  it('[TS-19] is no collision where a slot is free', () => {
    const r = room();
    ask(r, 'ann');
    ask(r, 'bob');
    expect(collisions(r)).toEqual([]);
  });

  it('[TS-19] one request collides once with a grant, and who had waited before it never does', () => {
    const r = room();
    ask(r, 'ann');
    ask(r, 'bob');
    ask(r, 'cy');
    ask(r, 'cy', { urgency: 1 });
    expect(collisions(r)).toHaveLength(1);
    r.wait(1_000);
    ask(r, 'dee');
    r.as('ann').ok('floor.release', {});
    expect(holders(r)).toEqual(['bob', 'cy']);
    r.wait(100);
    r.as('ann').ok('signal', { kind: 'hand' });
    expect(collisions(r)).toHaveLength(1);
  });
});

describe('firstStarter', () => {
  it('[TS-20] the holder stays and the other is queued', () => {
    const r = room({ resolution: 'firstStarter' }, 1);
    ask(r, 'ann', { urgency: 0 });
    ask(r, 'bob', { urgency: 1 });
    expect([holders(r), r.queue]).toEqual([['ann'], ['bob']]);
    expect(collisions(r)).toHaveLength(1);
  });
});

describe('priority', () => {
  const contest = (first: number, second: number) => {
    const r = room({ resolution: 'priority' }, 1);
    ask(r, 'ann', { urgency: first });
    r.as('ann').ok('speech', { grant: r.grant, text: 'I…', final: false });
    r.wait(100);
    ask(r, 'bob', { urgency: second });
    return r;
  };

  it('[TS-20] the higher one holds, the other goes to the head of the queue with its remaining time', () => {
    const r = contest(0.2, 0.3);
    expect(collisions(r)[0]?.data).toMatchObject({ resolution: 'priority', keeps: 'bob' });
    expect(r.last('floor.revoked').data).toMatchObject({ participant: 'ann', cause: 'collision' });
    expect(r.last('floor.granted').data).toMatchObject({
      cause: 'slot',
      reason: 'collision settled by priority',
    });
    r.wait(1_000);
    ask(r, 'cy', { urgency: 1 });
    expect(r.state.floor.queue[0]).toMatchObject({ participant: 'ann', resumes: { remainingMs: 119_900 } });
    r.as('bob').ok('floor.release', {});
    expect(holders(r)).toEqual(['ann']);
  });

  it('[TS-20] an equal one does not displace the holder', () => {
    expect(holders(contest(0.3, 0.3))).toEqual(['ann']);
    expect(holders(contest(0.3, 0.2))).toEqual(['ann']);
  });
});

describe('backoff', () => {
  const collided = (seed: number) => {
    const r = room({ resolution: 'backoff' }, 1, { seed });
    ask(r, 'ann');
    r.wait(50);
    ask(r, 'bob');
    return r;
  };

  it('[TS-20] the holder has to release if it has said nothing yet, and all contenders draw slots', () => {
    const r = collided(1);
    const { data } = collisions(r)[0] ?? {};
    expect(data).toMatchObject({ participants: ['ann', 'bob'], keeps: null });
    expect(Object.values(data?.tries ?? {}).map((each) => each?.collisions)).toEqual([1, 1]);
    expect(r.events.find((event) => event.type === 'floor.revoked')?.data).toMatchObject({
      participant: 'ann',
      cause: 'collision',
    });
    expect([...holders(r), ...r.queue].toSorted()).toEqual(['ann', 'bob']);
  });

  it('[TS-20] whoever has said something keeps the floor', () => {
    const r = room({ resolution: 'backoff' }, 1);
    ask(r, 'ann');
    r.as('ann').ok('speech', { grant: r.grant, text: 'So', final: false });
    ask(r, 'bob');
    expect(holders(r)).toEqual(['ann']);
    expect(collisions(r)[0]?.data).toMatchObject({ keeps: 'ann' });
  });

  it('[TS-20] [FL-9] [FL-10] each slot of 2^k is drawn about as often, from the seed alone', () => {
    const delays = { ann: new Map<number, number>(), bob: new Map<number, number>() };
    const runs = 400;
    for (let seed = 0; seed < runs; seed++) {
      const r = collided(seed * 104_729);
      const [event] = collisions(r);
      for (const [id, each] of Object.entries(event?.data.tries ?? {})) {
        const delay = Date.parse(each?.until ?? '') - (event?.at ?? 0);
        const counts = delays[id as 'ann' | 'bob'];
        counts.set(delay, (counts.get(delay) ?? 0) + 1);
      }
    }
    for (const counts of Object.values(delays)) {
      expect([...counts.keys()].toSorted((a, b) => a - b)).toEqual([0, 100]);
      for (const count of counts.values()) expect(Math.abs(count - runs / 2)).toBeLessThan(60);
    }
    for (let seed = 0; seed < 20; seed++) {
      expect(collisions(collided(seed))[0]?.data).toEqual(collisions(collided(seed))[0]?.data);
    }
  });

  it('[TS-20] doubles the slots with each collision up to 1024, and gives up after 16', () => {
    // Without a word from anybody and with a window without end, every grant collides again.
    const r = room({ resolution: 'backoff', windowMs: 60_000, slotMs: 1 }, 1, {
      timers: { firstContentMs: 86_400_000 },
    });
    ask(r, 'ann');
    ask(r, 'bob');
    r.wait(40_000);
    const counts = collisions(r).map(({ at, data }) =>
      Object.values(data.tries ?? {}).map((each) => each && [each.collisions, Date.parse(each.until) - at]),
    );
    expect(counts).toHaveLength(17);
    counts.slice(0, 16).forEach((pair, index) => {
      for (const each of pair) {
        const [times = 0, delay = 0] = each ?? [];
        expect(times).toBe(index + 1);
        expect(delay).toBeLessThanOrEqual(2 ** Math.min(index + 1, 10) - 1);
      }
    });
    expect(Math.max(...counts.flat().map((each) => each?.[1] ?? 0))).toBeGreaterThan(256);
    expect(counts[16]).toEqual([null, null]);
    const [, ended] = collisions(r)[16]?.data.participants ?? [];
    const denied = r.events.filter((event) => event.type === 'floor.denied');
    expect(denied.map(({ data }) => [data.participant, data.cause])).toEqual([[ended, 'collision']]);
    expect([holders(r), r.queue, r.state.floor.backoff]).toEqual([[], [], {}]);
  });

  /** Both draw the second of two slots with this seed. */
  const bothLater = () => {
    const r = room({ resolution: 'backoff', slotMs: 1_000 }, 1, { seed: 5 });
    ask(r, 'ann');
    ask(r, 'bob');
    expect(Object.values(r.state.floor.backoff).map(({ until }) => until - r.at)).toEqual([1_000, 1_000]);
    return r;
  };

  it('[TS-20] [TS-19] gives nobody the slot before its back-off has ended, and somebody then', () => {
    const r = bothLater();
    r.wait(999);
    expect(holders(r)).toEqual([]);
    r.wait(1);
    // It reaches for the slot when the other one does: they meet again.
    expect(collisions(r).slice(1)).toMatchObject([{ at: r.at, data: { participants: ['bob', 'ann'] } }]);
  });

  it('[TS-20] [FL-9] draws anew at each collision', () => {
    const slots = (event: ReturnType<typeof collisions>[number] | undefined) =>
      Object.values(event?.data.tries ?? {}).map((each) => Date.parse(each?.until ?? '') - (event?.at ?? 0));
    const second = Array.from({ length: 60 }, (_, seed) => {
      const r = collided(seed).wait(100);
      const [first, next] = collisions(r);
      return String(slots(first)) === '100,100' ? slots(next) : [];
    }).flat();
    // Whoever drew the second of two slots has all four before it the next time.
    expect(new Set(second)).toEqual(new Set([0, 100, 200, 300]));
  });

  it('[TS-20] counts for each contender its own collisions, anew after a wish that ended', () => {
    const passed = bothLater();
    passed.as('ann').ok('floor.cancel', {});
    passed.wait(1_000).as('bob').ok('floor.release', {});
    expect(passed.state.floor.backoff).toEqual({});
    const r = bothLater();
    r.as('bob').ok('floor.cancel', {});
    r.wait(1_000);
    expect(holders(r)).toEqual(['ann']);
    ask(r, 'bob');
    const { tries = {} } = collisions(r)[1]?.data ?? {};
    expect([tries['ann']?.collisions, tries['bob']?.collisions]).toEqual([2, 1]);
  });

  it('[TS-19] whoever has backed off and waits already does not collide with a later grant', () => {
    const r = bothLater();
    r.wait(500);
    expect(ask(r, 'cy')).toMatchObject({ status: 'granted' });
    r.wait(5_000).as('cy').ok('floor.release', {});
    expect([holders(r), r.queue]).toEqual([['bob'], ['ann']]);
    expect(collisions(r)).toHaveLength(1);
  });

  it('[TS-20] is forgotten once somebody came to speak', () => {
    const r = collided(1);
    for (let turns = 0; turns < 2; turns++) {
      r.wait(10_000);
      r.as(r.holder ?? '').ok('speech', { grant: r.grant, text: 'At last.' });
    }
    expect(r.state.floor.backoff).toEqual({});
    expect(holders(r)).toEqual([]);
  });

  it('[TS-20] [FL-6] a free slot does not wait for whoever backs off', () => {
    const r = room({ resolution: 'backoff', slotMs: 60_000 }, 1, { seed: 4 });
    ask(r, 'ann');
    ask(r, 'bob');
    if (holders(r).length === 0) expect(ask(r, 'cy')).toMatchObject({ status: 'granted' });
    else expect(r.state.floor.backoff[holders(r)[0] ?? '']?.until).toBe(r.at);
  });
});

describe('woundWait', () => {
  /** Bob asked first, was away when the slot came free, and is back within the window. */
  const returning = (resolution: string) => {
    const r = room({ resolution }, 1);
    ask(r, 'ann');
    r.wait(1_000);
    ask(r, 'bob');
    r.hub('connection.lost', { participant: 'bob' });
    r.wait(1_000);
    ask(r, 'cy');
    r.as('ann').ok('floor.release', {});
    expect(holders(r)).toEqual(['cy']);
    r.wait(200);
    r.hub('connection.restored', { participant: 'bob' });
    return r;
  };

  it('[TS-20] the older wish preempts the younger, which keeps its time stamp', () => {
    const r = returning('woundWait');
    expect(collisions(r)[0]?.data).toMatchObject({ participants: ['cy', 'bob'], keeps: 'bob' });
    expect(holders(r)).toEqual(['bob']);
    expect(r.state.floor.queue).toMatchObject([{ participant: 'cy', since: r.at - 200, pinned: true }]);
    r.as('bob').ok('floor.release', {});
    expect(r.state.floor.holders[0]?.request.since).toBe(r.at - 200);
  });

  it('[TS-20] the younger waits', () => {
    const r = room({ resolution: 'woundWait' }, 1);
    ask(r, 'ann');
    r.wait(100);
    ask(r, 'bob', { urgency: 1 });
    expect([holders(r), r.queue]).toEqual([['ann'], ['bob']]);
    expect(collisions(r)[0]?.data.keeps).toBe('ann');
  });

  it('[TS-19] whoever comes back after the window waits without a collision', () => {
    const r = returning('firstStarter');
    expect(holders(r)).toEqual(['cy']);
    expect(collisions(r)).toHaveLength(1);
    const late = room({ resolution: 'woundWait' }, 1);
    ask(late, 'ann');
    ask(late, 'bob');
    const before = collisions(late).length;
    late.hub('connection.lost', { participant: 'bob' });
    late.wait(301);
    late.hub('connection.restored', { participant: 'bob' });
    expect(collisions(late)).toHaveLength(before);
  });
});

describe('other resolvers', () => {
  it('[TS-20] can be registered; unknown ones are refused with their path', () => {
    collisionResolvers.register('lastStarter', () => ({ keeps: 'requester' }));
    const r = room({ resolution: 'lastStarter' }, 1);
    ask(r, 'ann');
    ask(r, 'bob');
    expect([holders(r), r.queue]).toEqual([['bob'], ['ann']]);
    const strategy = { kind: 'concurrent', collision: { resolution: 'dice' } };
    const refusal = r
      .join('mod', { roles: ['moderator'] })
      .as('mod')
      .refused('conversation.configure', { config: { floor: { strategy } } });
    expect(refusal.details).toEqual({
      path: 'config.floor.strategy.collision.resolution',
      expected: 'one of firstStarter, priority, backoff, woundWait, lastStarter',
    });
  });
});
