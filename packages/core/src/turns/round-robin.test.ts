import { describe, expect, it } from 'vitest';
import { TestRoom } from '../conversation/room.fixture.ts';

const room = (strategy: object = {}, timers: object = {}, agents = ['a1', 'a2', 'a3']) => {
  const r = new TestRoom({
    floor: {
      strategy: { kind: 'roundRobin', timeSliceMs: 20_000, ...strategy },
      timers: { firstContentMs: 30_000, silenceMs: 60_000, retryAfterMs: 0, ...timers },
      maxConsecutiveAgentTurns: 0,
    },
    presence: { idleAfterMs: 86_400_000 },
  });
  for (const id of agents) r.join(id, { kind: 'agent' });
  return r;
};

const say = (r: TestRoom) => {
  const id = r.holder ?? '';
  r.as(id).ok('speech', { grant: r.grant, text: `I am ${id}.` });
  return id;
};
const pass = (r: TestRoom) => {
  const id = r.holder ?? '';
  r.as(id).ok('floor.release', {});
  return id;
};

describe('the round', () => {
  it('[TS-14] is idle at the start; an utterance sets it going round in join order', () => {
    const r = room();
    expect(r.holder).toBeUndefined();
    r.wait(100_000);
    expect(r.types()).not.toContain('floor.granted');
    r.as('a2').ok('floor.request', {});
    const turns = Array.from({ length: 7 }, () => say(r));
    expect(turns).toEqual(['a2', 'a3', 'a1', 'a2', 'a3', 'a1', 'a2']);
    expect(r.last('floor.granted').data.cause).toBe('slice');
  });

  it('[TS-14] an offer is a grant: it needs no request and lasts a slice', () => {
    const r = room();
    r.as('a1').ok('floor.request', {});
    say(r);
    expect(r.queue).toEqual([]);
    expect(r.last('floor.granted').data).toMatchObject({
      participant: 'a2',
      endsAt: new Date(r.at + 20_000).toISOString(),
    });
  });

  it('[TS-14] skips humans unless they asked', () => {
    const r = room().join('hal');
    r.as('a3').ok('floor.request', {});
    expect([say(r), say(r)]).toEqual(['a3', 'a1']);
    r.as('hal').ok('floor.request', {});
    expect([say(r), say(r), say(r), say(r)]).toEqual(['a2', 'a3', 'hal', 'a1']);
  });

  it('[TS-14] offers itself to every kind but humans', () => {
    const r = room({}, {}, ['a1']).join('hal');
    const kinds = ['a2aAgent', 'localAgent', 'externalAI'] as const;
    for (const kind of kinds) r.join(kind, { kind });
    r.as('a1').ok('floor.request', {});
    expect([say(r), say(r), say(r), say(r), say(r)]).toEqual(['a1', ...kinds, 'a1']);
  });

  it('[TS-14] each can choose otherwise on joining', () => {
    const r = room({}, {}, ['a1']).join('hal', { offers: true }).join('a4', { kind: 'agent', offers: false });
    r.as('a1').ok('floor.request', {});
    expect([say(r), say(r), say(r), say(r)]).toEqual(['a1', 'hal', 'a1', 'hal']);
  });

  it('[TS-14] serves requests in the order of the round, not of time', () => {
    const r = room();
    r.as('a2').ok('floor.request', {});
    r.as('a1').ok('floor.request', {});
    expect(r.as('a3').ok('floor.request', {})).toMatchObject({ queuePosition: 1 });
    expect([say(r), say(r), say(r)]).toEqual(['a2', 'a3', 'a1']);
  });

  it('[TS-14] skips whoever is not active, unless it is told not to', () => {
    const turns = (skipIdle: boolean) => {
      const r = room({ skipIdle });
      r.as('a2').ok('presence.set', { status: 'idle' });
      r.as('a1').ok('floor.request', {});
      return [say(r), say(r)];
    };
    expect(turns(true)).toEqual(['a1', 'a3']);
    expect(turns(false)).toEqual(['a1', 'a2']);
  });

  it('[TS-14] skips the disconnected always, and takes them in again when they are back', () => {
    const r = room({ skipIdle: false });
    r.as('a1').ok('floor.request', {});
    r.hub('connection.lost', { participant: 'a2' });
    expect([say(r), say(r)]).toEqual(['a1', 'a3']);
    r.hub('connection.restored', { participant: 'a2' });
    expect([say(r), say(r)]).toEqual(['a1', 'a2']);
  });
});

describe('passing', () => {
  it('[TS-14] is to release without content; a round in which all pass leaves the floor idle', () => {
    const r = room();
    r.as('a1').ok('floor.request', {});
    say(r);
    expect([pass(r), pass(r), pass(r)]).toEqual(['a2', 'a3', 'a1']);
    expect(r.holder).toBeUndefined();
    r.wait(100_000);
    expect(r.holder).toBeUndefined();
  });

  it('[TS-14] silence for firstContentMs is a pass', () => {
    const r = room();
    r.as('a1').ok('floor.request', {});
    say(r);
    r.wait(30_000);
    expect(r.last('floor.revoked').data).toMatchObject({ participant: 'a2', cause: 'no_content' });
    expect(r.holder).toBe('a3');
    r.wait(60_000);
    expect(r.holder).toBeUndefined();
  });

  it('[TS-14] ends when somebody asks, and an utterance makes the offers go round again', () => {
    const r = room().join('hal');
    r.as('a1').ok('floor.request', {});
    say(r);
    for (const _ of [1, 2, 3]) pass(r);
    r.as('hal').ok('floor.request', {});
    expect(r.holder).toBe('hal');
    pass(r);
    expect(r.holder).toBeUndefined();
    r.as('hal').ok('floor.request', {});
    expect([say(r), pass(r), pass(r), pass(r), r.holder]).toEqual(['hal', 'a1', 'a2', 'a3', undefined]);
  });

  it('[TS-14] however often, is remembered once', () => {
    const r = room();
    for (let times = 0; times < 20; times++) {
      r.as('a1').ok('floor.request', {});
      pass(r);
    }
    expect(r.state.floor.rotation.passed).toEqual(['a1']);
  });
});

describe('who comes and goes', () => {
  it('[TS-15] a joiner enters at the end of the roster', () => {
    const r = room();
    r.as('a2').ok('floor.request', {});
    r.join('a4', { kind: 'agent' });
    expect([say(r), say(r), say(r), say(r)]).toEqual(['a2', 'a3', 'a4', 'a1']);
  });

  it('[TS-15] a joiner enters at the end also where others have left before', () => {
    const r = room();
    r.as('a1').ok('conversation.leave', {});
    r.join('a4', { kind: 'agent' });
    r.as('a2').ok('floor.request', {});
    expect([say(r), say(r), say(r), say(r)]).toEqual(['a2', 'a3', 'a4', 'a2']);
  });

  it('[TS-15] a leaver never makes the successor lose its turn', () => {
    for (const leaves of ['a1', 'a2', 'a3']) {
      const r = room({}, {}, ['a1', 'a2', 'a3', 'a4', 'a5']);
      r.as('a2').ok('floor.request', {});
      r.as(leaves).ok('conversation.leave', {});
      if (leaves === 'a2') r.as('a3').ok('floor.request', {});
      const expected = ['a2', 'a3', 'a4', 'a5', 'a1'].filter((id) => id !== leaves);
      expect(expected.map(() => say(r))).toEqual(expected);
    }
  });

  it('[TS-15] a holder that leaves hands on to its successor', () => {
    const r = room();
    r.as('a1').ok('floor.request', {});
    say(r);
    r.as('a2').ok('conversation.leave', {});
    expect(r.holder).toBe('a3');
  });
});

describe('overrunning', () => {
  /** A1 overruns by so much; then others have had their turns. */
  const overrun = (ms: number, timeSliceMs = 20_000, others = 3) => {
    const r = room({ timeSliceMs }, { revokeGraceMs: 86_400_000 });
    r.as('a1').ok('floor.request', {});
    r.as('a1').ok('speech', { grant: r.grant, text: 'On and', final: false });
    for (let left = timeSliceMs + ms; left > 0; left -= 50_000) {
      r.wait(Math.min(left, 50_000));
      r.as('a1').ok('speech', { grant: r.grant, text: 'on', final: false });
    }
    r.as('a1').ok('floor.release', {});
    for (let turns = 1; turns < others; turns++) say(r);
    return r;
  };
  const sliceOf = (r: TestRoom) => r.state.floor.holders[0]?.turnMs;

  it('[TS-15] shortens the next slice of whoever overran, and only that one', () => {
    const r = overrun(4_000);
    expect([r.holder, sliceOf(r)]).toEqual(['a1', 16_000]);
    const others = overrun(4_000, 20_000, 1);
    expect([others.holder, sliceOf(others)]).toEqual(['a2', 20_000]);
    say(r);
    expect(sliceOf(r)).toBe(20_000);
    say(r);
    say(r);
    expect([r.holder, sliceOf(r)]).toEqual(['a1', 20_000]);
  });

  it('[TS-15] leaves a quarter of a slice in any case', () => {
    expect(sliceOf(overrun(19_000))).toBe(5_000);
    expect(sliceOf(overrun(15_000))).toBe(5_000);
    expect(sliceOf(overrun(14_999))).toBe(5_001);
  });

  it('[TS-15] is not punished where the turn ended in time', () => {
    const r = room();
    r.as('a1').ok('floor.request', {});
    r.as('a1').ok('speech', { grant: r.grant, text: 'Just', final: false });
    r.wait(19_999);
    r.as('a1').ok('floor.release', {});
    expect(r.state.floor.rotation.debts).toEqual({});
  });
});
