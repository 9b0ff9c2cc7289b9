import { describe, expect, it } from 'vitest';
import { clock } from './floor-calls.ts';
import { floorLine } from './floor-line.ts';
import { aGlance, aView, BALLOT, holderOf, inSeconds, NOW, WINDOW } from './view.fixture.ts';

const line = (...given: Parameters<typeof aGlance>): string => floorLine(aGlance(...given));
const queue = ['prt_a', 'prt_b', 'prt_me'].map((participant, index) => ({
  participant,
  position: index + 1,
  since: NOW,
}));

describe('the floor in one line', () => {
  it('says that it is free', () => {
    expect(line()).toBe('The floor is free');
    expect(line({ floor: { phase: 'arbitrating' } })).toBe('The floor is being decided');
  });

  it('names the holder without control sequences, and what is left', () => {
    expect(line({ floor: { holders: [holderOf('prt_a')] } })).toBe('Ada has the floor, 1:05 left');
  });

  it('says when it is mine', () => {
    expect(line({ floor: { holders: [holderOf('prt_me')] } })).toBe(
      'YOU have the floor, 1:05 left: type and press Enter, or /release',
    );
  });

  it('says where I stand, or how many wait', () => {
    const floor = { holders: [holderOf('prt_a')], queue };
    expect(line({ floor }, { position: 2, estimatedWaitMs: 40_000 })).toBe(
      'Ada has the floor, 1:05 left · you are 2 of 3 in line, about 0:40',
    );
    expect(line({ floor })).toContain('3 waiting');
  });

  it('counts down to zero and not below', () => {
    expect([65_000, 60_001, 999, 0, -5_000].map(clock)).toEqual(['1:05', '1:01', '0:01', '0:00', '0:00']);
  });

  it('[FL-1] names several holders, with their time while they are few', () => {
    const holders = ['prt_a', 'prt_b', 'prt_bo', 'prt_x', 'prt_y'].map((id) => holderOf(id));
    expect(line({ floor: { holders: [holderOf('prt_me'), ...holders.slice(0, 2)] } })).toBe(
      'YOU have the floor, 1:05 left: type and press Enter, or /release · ' +
        'Ada has the floor, 1:05 left · Bo has the floor, 1:05 left',
    );
    expect(line({ floor: { holders } })).toBe('Ada, Bo, Bodo, prt_x and 1 more have the floor');
  });

  it('[CS-1] [CS-2] says who is behind', () => {
    const behind = (...ids: readonly string[]) => {
      const { participants } = aView();
      return line({
        participants: participants.map((person) =>
          ids.includes(person.id) ? { ...person, stale: true as const } : person,
        ),
      });
    };
    expect(behind('prt_b')).toBe('The floor is free · Bo is behind');
    expect(behind('prt_b', 'prt_a')).toBe('The floor is free · Ada and Bo are behind');
    expect(behind('prt_me')).toBe('The floor is free · YOU are behind');
    expect(behind('prt_me', 'prt_bo')).toBe('The floor is free · YOU and Bodo are behind');
  });

  it('[TS-11] says who has to stop, and when', () => {
    const cutAt = inSeconds(3);
    expect(line({ floor: { holders: [holderOf('prt_a', { cutAt })] } })).toBe('Ada has to stop in 0:03');
    expect(line({ floor: { holders: [holderOf('prt_me', { cutAt })] } })).toBe(
      'YOU have to stop, 0:03 left: finish, or /release',
    );
  });

  it('[TS-14] offers a turn that came round by itself, until something is said', () => {
    const offered = holderOf('prt_me', { cause: 'slice' });
    expect(line({ floor: { holders: [offered] } }, { asked: false })).toBe(
      'YOU are offered the floor, 0:30 to begin: type and press Enter, or /pass',
    );
    expect(line({ floor: { holders: [offered] } }, { asked: true })).toContain('YOU have the floor');
    const spoken = { ...offered, startedAt: NOW };
    expect(line({ floor: { holders: [spoken] } }, { asked: false })).toContain('YOU have the floor');
  });
});

describe('bids', () => {
  const strategy = { kind: 'bidding' };
  const credits = [{ participant: 'prt_me', currency: 'priorityPoints', balance: 70, escrow: 30 }];

  it('[TS-3] shows the window, how I stand in it, and what I have', () => {
    const open = { strategy, floor: { phase: 'arbitrating', window: WINDOW } } as const;
    expect(line(open)).toBe('bids are taken, 0:04 left: /bid or /pass');
    expect(line({ ...open, credits }, { position: 1 })).toBe(
      'you have bid, 0:04 left: /bid changes it · 70 credits, 30 in escrow',
    );
    const passed = { ...WINDOW, passed: ['prt_me'] };
    expect(line({ strategy, floor: { window: passed } })).toBe('you pass, 0:04 left for bids');
    expect(line({ ...open, roles: ['observer'] })).toBe('bids are taken, 0:04 left');
  });

  it('[TS-3] a bid stands while somebody speaks', () => {
    const taken = { strategy, floor: { holders: [holderOf('prt_a')], queue } };
    expect(line(taken, { position: 3 })).toContain('your bid stands for the next turn');
  });
});

describe('votes', () => {
  it('[TS-16] asks for mine, and then counts', () => {
    const strategy = { kind: 'consensus', method: 'plurality' };
    const ask = 'who speaks next, Ada or Bo? 0:10 left: /vote NAME';
    expect(line({ strategy, floor: { ballot: BALLOT } })).toBe(ask);
    expect(line({ strategy: { ...strategy, method: 'ranked' }, floor: { ballot: BALLOT } })).toBe(
      `${ask},NAME`,
    );
    const voted = { ...BALLOT, voted: ['prt_me', 'prt_a'] };
    expect(line({ strategy, floor: { ballot: voted } })).toContain('you and 1 of 2 others have voted');
    const without = { ...BALLOT, electorate: ['prt_a', 'prt_b'], voted: ['prt_a'] };
    expect(line({ strategy, floor: { ballot: without } })).toContain('1 of 2 have voted');
    expect(line({ strategy, floor: { holders: [holderOf('prt_a')], queue } }, { position: 3 })).toContain(
      'you stand for the next turn',
    );
  });

  it('[IP-3] says what a motion is about', () => {
    const interruption = {
      state: 'pending',
      stage: 'voting',
      interruption: 'int_1',
      participant: 'prt_b',
      holder: 'prt_a',
      since: NOW,
      deadline: inSeconds(10),
    } as const;
    const ballot = { ...BALLOT, kind: 'motion', candidates: [] } as const;
    const floor = { holders: [holderOf('prt_a')], ballot, interruption };
    expect(line({ floor })).toBe(
      'may Bo interrupt Ada? 0:10 left: /yes or /no · Ada has the floor, 1:05 left',
    );
  });
});

describe('interruptions', () => {
  const open = {
    state: 'pending',
    stage: 'asked',
    interruption: 'int_1',
    participant: 'prt_b',
    holder: 'prt_a',
    since: NOW,
    deadline: inSeconds(4),
  } as const;
  const holders = [holderOf('prt_a')];

  it('[IP-4] put the question to me before everything else', () => {
    const mine = { holders: [holderOf('prt_me')], interruption: { ...open, holder: 'prt_me' } };
    expect(line({ floor: mine })).toMatch(/^Bo asks to interrupt YOU, 0:04 left: \/yes or \/no · YOU have/);
    expect(line({ floor: { holders, interruption: open } })).toContain('Bo asks to interrupt Ada, 0:04 left');
    const byMe = { holders, interruption: { ...open, participant: 'prt_me' } };
    expect(line({ floor: byMe })).toContain('Ada is asked to let you speak, 0:04 left');
  });

  it('say when they wait', () => {
    const deferred = { ...open, stage: 'deferred', participant: 'prt_me' } as const;
    expect(line({ floor: { holders, interruption: deferred } })).toBe(
      'Ada has the floor, 1:05 left · you want to interrupt Ada, decided in 0:04',
    );
  });

  it('[IP-5] tell an overlap, and that I can give way', () => {
    const overlap = { ...open, state: 'overlap', stage: 'overlap' } as const;
    const both = [...holders, holderOf('prt_b')];
    expect(line({ floor: { holders: both, interruption: overlap } })).toBe(
      'Ada and Bo speak at once, 0:04 left',
    );
    const mine = { ...overlap, participant: 'prt_me' } as const;
    expect(line({ floor: { holders: [...holders, holderOf('prt_me')], interruption: mine } })).toMatch(
      /^YOU and Ada speak at once, 0:04 left: go on, or \/yield · YOU have the floor/,
    );
  });
});

describe('a conversation that stands still', () => {
  it('[FL-14] says why, and who can go on', () => {
    const paused = { status: 'paused', paused: { at: NOW, cause: 'loop_guard' } } as const;
    expect(line(paused)).toBe('Paused: 20 turns in a row without a human. /resume goes on');
    const byModerator = { status: 'paused', paused: { at: NOW, cause: 'moderator' } } as const;
    expect(line(byModerator)).toBe('The conversation is paused.');
    const viewer = { participant: 'prt_me', moderator: true };
    expect(line({ ...byModerator, viewer })).toBe('The conversation is paused. /resume goes on');
    expect(line({ status: 'ended' })).toBe('The conversation is ended.');
  });
});
