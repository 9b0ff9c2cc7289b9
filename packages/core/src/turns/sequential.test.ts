import { describe, expect, it } from 'vitest';
import { TestRoom } from '../conversation/room.fixture.ts';

const room = (config: object = {}) => new TestRoom(config).join('ann').join('bob').join('cy');

describe('sequential turns', () => {
  it('[TS-1] [FL-9] serve first come first, with position and estimated wait', () => {
    const r = room({ floor: { strategy: { kind: 'sequential', maxTurnDurationMs: 60_000 } } }).join('dan');
    r.as('ann').ok('floor.request', {});
    r.wait(1_000);
    expect(r.as('bob').ok('floor.request', { estimatedMs: 5_000 })).toMatchObject({
      queuePosition: 1,
      estimatedWaitMs: 59_000,
    });
    expect(r.as('cy').ok('floor.request', {})).toMatchObject({ queuePosition: 2, estimatedWaitMs: 64_000 });
    expect(r.as('dan').ok('floor.request', {})).toMatchObject({ queuePosition: 3, estimatedWaitMs: 124_000 });
    const served: (string | undefined)[] = [];
    for (let turn = 0; turn < 4; turn++) {
      served.push(r.holder);
      r.as(r.holder ?? '').ok('floor.release', {});
    }
    expect(served).toEqual(['ann', 'bob', 'cy', 'dan']);
  });

  it('[TS-1] counts a waiting participant by its mean turn only when it gave no estimate', () => {
    const r = room();
    r.as('bob').ok('floor.request', {});
    r.wait(4_000).as('bob').ok('floor.release', {});
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.request', {});
    expect(r.as('cy').ok('floor.request', {})).toMatchObject({ estimatedWaitMs: 124_000 });
    r.as('bob').ok('floor.request', { estimatedMs: 9_000 });
    expect(r.as('cy').ok('floor.request', {})).toMatchObject({ estimatedWaitMs: 129_000 });
  });

  it("[TS-1] a turn's own limit is the strategy's", () => {
    const r = room({ floor: { strategy: { kind: 'sequential', maxTurnDurationMs: 7_000 } } });
    r.as('ann').ok('floor.request', {});
    expect(r.state.floor.holders[0]?.turnMs).toBe(7_000);
  });
});
