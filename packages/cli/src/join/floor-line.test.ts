import { describe, expect, it } from 'vitest';
import type { ConversationView } from '@parley/core';
import type { FloorGlance } from './floor-line.ts';
import { clock, floorLine } from './floor-line.ts';

const now = Date.parse('2026-01-01T00:00:00.000Z');
const holder = {
  participant: 'prt_a',
  grant: 4,
  since: '2026-01-01T00:00:00.000Z',
  turnMs: 65_000,
  endsAt: '2026-01-01T00:01:05.000Z',
  cause: 'queue' as const,
};

function glance(floor: Partial<ConversationView['floor']>, rest: Partial<FloorGlance> = {}): FloorGlance {
  const view = {
    status: 'active',
    participants: [{ id: 'prt_a', displayName: 'Ada\u001b[2J' }],
    floor: { phase: 'idle', holders: [], queue: [], interruption: { state: 'none' }, ...floor },
  } as unknown as ConversationView;
  return { view, me: 'prt_me', position: null, estimatedWaitMs: null, now, ...rest };
}

describe('the floor in one line', () => {
  it('says that it is free', () => {
    expect(floorLine(glance({}))).toBe('The floor is free');
  });

  it('names the holder without control sequences, and what is left', () => {
    expect(floorLine(glance({ phase: 'taken', holders: [holder] }))).toBe('Ada has the floor, 1:05 left');
  });

  it('says when it is mine', () => {
    const line = floorLine(glance({ phase: 'taken', holders: [holder] }, { me: 'prt_a' }));
    expect(line).toContain('YOU have the floor, 1:05 left');
  });

  it('says where I stand, or how many wait', () => {
    const queue = [1, 2, 3].map((position) => ({ participant: `prt_${position}`, position, since: '' }));
    const waiting = glance(
      { phase: 'taken', holders: [holder], queue },
      { position: 2, estimatedWaitMs: 40_000 },
    );
    expect(floorLine(waiting)).toBe('Ada has the floor, 1:05 left · you are 2 of 3 in line, about 0:40');
    expect(floorLine(glance({ phase: 'taken', holders: [holder], queue }))).toContain('3 waiting');
  });

  it('counts down to zero and not below', () => {
    expect([65_000, 60_001, 999, 0, -5_000].map(clock)).toEqual(['1:05', '1:01', '0:01', '0:00', '0:00']);
  });
});
