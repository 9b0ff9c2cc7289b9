import { describe, expect, it } from 'vitest';
import { strategyView } from '../conversation/floor-view.ts';
import { TestRoom } from '../conversation/room.fixture.ts';
import { tieBreak } from './tie-break.ts';

const room = (config: object = {}) => {
  const r = new TestRoom({ ...config, floor: { timers: { silenceMs: 600_000 } } });
  for (const id of ['ann', 'bob', 'cy', 'dan']) r.join(id);
  return r;
};

/** Who of the two goes first, asked in both orders. */
function first(r: TestRoom, one: string, two: string): string {
  const view = strategyView(r.state, r.at);
  const forth = tieBreak(view, one, two);
  expect(Math.sign(tieBreak(view, two, one))).toBe(-Math.sign(forth));
  expect(forth).not.toBe(0);
  return forth < 0 ? one : two;
}

function turn(r: TestRoom, who: string, ms: number, addressedTo: string[] = []): void {
  r.as(who).ok('floor.request', {});
  r.wait(ms).as(who).ok('speech', { grant: r.grant, text: 'So.', addressedTo });
}

describe('the order among equals', () => {
  it('[FL-9] begins with whoever was addressed in the last turn, however long it has spoken', () => {
    const r = room();
    turn(r, 'bob', 20_000);
    turn(r, 'ann', 1_000, ['bob']);
    expect(first(r, 'bob', 'cy')).toBe('bob');
    turn(r, 'dan', 1_000, ['ann']);
    expect(first(r, 'bob', 'cy')).toBe('cy');
  });

  it('[FL-9] goes on with the least speaking time, whoever asked first', () => {
    const r = room();
    turn(r, 'bob', 2_000);
    turn(r, 'ann', 1_000);
    r.as('dan').ok('floor.request', {});
    r.as('bob').ok('floor.request', {});
    r.as('ann').ok('floor.request', {});
    expect(first(r, 'bob', 'ann')).toBe('ann');
  });

  it('[FL-9] counts speaking time by how long ago it was', () => {
    const r = room({ fairness: { halfLifeMs: 10_000 } });
    turn(r, 'ann', 20_000);
    r.wait(20_000);
    // Less than a quarter of ann's 20 s is left when bob's turn ends, and that is less than his 6 s.
    turn(r, 'bob', 6_000);
    expect(first(r, 'ann', 'bob')).toBe('ann');
  });

  it('[FL-9] goes on with the earliest request, whoever joined first', () => {
    const r = room();
    for (const who of ['dan', 'cy', 'bob']) r.as(who).ok('floor.request', {});
    expect(first(r, 'bob', 'cy')).toBe('cy');
  });

  it('[FL-9] ends with the order of joining', () => {
    const r = room();
    expect(first(r, 'cy', 'bob')).toBe('bob');
    r.as('bob').ok('conversation.leave', {});
    r.join('bob');
    expect(first(r, 'cy', 'bob')).toBe('cy');
  });
});
