import { describe, expect, it } from 'vitest';
import { TestRoom } from './room.fixture.ts';

/** Strong views; ann and bob both speak, and cy has yet to hear what ann has just said whole. */
function overlapping(policy: object, { final }: { final: boolean }): TestRoom {
  const r = new TestRoom({
    consistency: { kind: 'strong', barrierTimeoutMs: 10_000 },
    interruption: { kind: 'conversational', overlapToleranceMs: 2_000, ...policy },
    floor: { timers: { minSpeakingMs: 0, silenceMs: 60_000 } },
  });
  r.join('ann').join('bob').join('cy');
  r.as('ann').ok('floor.request', {});
  r.as('bob').ok('floor.interrupt', {});
  r.as('ann').ok('speech', { grant: grantOf(r, 'ann'), text: 'As I was saying', final });
  return r;
}

const grantOf = (r: TestRoom, who: string) =>
  r.state.floor.holders.find(({ participant }) => participant === who)?.grant ?? 0;
const holders = (r: TestRoom) => r.state.floor.holders.map(({ participant }) => participant);

describe('an overlap that not all have heard', () => {
  it('[CS-1] [IP-5] is cut at its time all the same: that gives nobody the floor', () => {
    const r = overlapping({ yieldSignals: [] }, { final: false });
    r.wait(1_999);
    expect(holders(r)).toEqual(['ann', 'bob']);
    r.wait(1);
    expect(r.last('overlap.ended').data).toMatchObject({ keeps: 'ann', cause: 'time' });
    expect([holders(r), r.queue]).toEqual([['ann'], ['bob']]);
  });

  it('[CS-1] [IP-5] ends by a pause at its time', () => {
    const r = overlapping({ yieldSignals: ['pause'], pauseMs: 600 }, { final: false });
    r.wait(600);
    expect(r.last('overlap.ended').data).toMatchObject({ keeps: 'bob', cause: 'pause' });
    expect(holders(r)).toEqual(['bob']);
  });

  it('[CS-1] [IP-5] ends with the turn of one; the other goes on, whatever it then says', () => {
    const r = overlapping({ yieldSignals: ['sentenceEnd', 'explicit'] }, { final: true });
    expect(r.last('overlap.ended').data).toMatchObject({ keeps: 'bob', cause: 'turn_ended' });
    const { utterance } = r.as('bob').ok('speech.start', { grant: grantOf(r, 'bob') }) as {
      utterance: string;
    };
    r.as('bob').ok('speech.delta', { utterance, text: 'That is it.' });
    r.as('bob').ok('signal', { kind: 'yield' });
    expect(holders(r)).toEqual(['bob']);
    expect(r.types().filter((type) => type === 'overlap.ended')).toHaveLength(1);
  });
});
