import type { ConversationEvent } from '@parley/core';
import { turnStrategies } from '@parley/core';
import { describe, expect, it } from 'vitest';
import { studies } from './all.ts';
import { chartOf } from './chart.ts';
import { Meter, percentile } from './meter.ts';
import { linesOf, pageOf } from './report.ts';
import { deviations } from './studies/auction.ts';
import { biddingStudy } from './studies/bidding.ts';
import { concurrentStudy } from './studies/concurrent.ts';
import { consensusStudy } from './studies/consensus.ts';
import { countOnPaper } from './studies/election.ts';
import { priorityStudy } from './studies/priority.ts';
import { roundRobinStudy } from './studies/round-robin.ts';
import { sequentialStudy } from './studies/sequential.ts';
import type { Study } from './study.ts';
import { FAST, FULL } from './study.ts';

/** What was missed, and how many goals there were: a study without goals must not pass. */
function outcomeOf({ figures }: Study) {
  const goals = figures.filter(({ goal }) => goal !== '—');
  return {
    goals: goals.length,
    missed: goals.filter(({ met }) => !met).map(({ name, value, goal }) => `${name}: ${value}, goal ${goal}`),
  };
}

// The goals are those of floor.md's table; `npm run fairness` holds them over a day, a million events for
// Priority and thousands of elections and auctions. Here everything is shorter (FAST in study.ts).
describe('all backlogged, simulated', () => {
  it('[TS-1] Sequential: no inversions, no wait beyond its bound', () => {
    expect(outcomeOf(sequentialStudy(FAST))).toEqual({ goals: 3, missed: [] });
  });

  it('[TS-14] [TS-15] RoundRobin: Jain ≥ 0.99 over 10 rounds, though some overrun', () => {
    expect(outcomeOf(roundRobinStudy(FAST))).toEqual({ goals: 2, missed: [] });
  });

  it('[TS-13] Priority with aging: nobody starves (in 20 000 events here), weighted Jain ≥ 0.90', () => {
    expect(outcomeOf(priorityStudy(FAST))).toEqual({ goals: 2, missed: [] });
  });

  it('[TS-8] Bidding: Jain ≥ 0.90 over 100 rounds, credits conserved, no gain from any deviation', () => {
    expect(outcomeOf(biddingStudy(FAST))).toEqual({ goals: 6, missed: [] });
  });

  it('[TS-17] [TS-18] Consensus: decides what a count on paper decides', () => {
    expect(outcomeOf(consensusStudy(FAST))).toEqual({ goals: 3, missed: [] });
  });

  it('[TS-19] [TS-20] Concurrent: never over-admitted, slots ≥ 95 % used, Jain ≥ 0.95', () => {
    expect(outcomeOf(concurrentStudy(FAST))).toEqual({ goals: 12, missed: [] });
  });
});

describe('the instruments', () => {
  it('[TS-13] see starvation where there is no aging', () => {
    expect(outcomeOf(priorityStudy(FAST, 0)).missed).toHaveLength(2);
  });

  it('[TS-8] see that under first price a lower bid than the true value gains', () => {
    expect(deviations(3, 1, 'firstPrice').gained).toBeGreaterThan(0);
  });

  it('the meter reads turns, waits, and who spoke at once off the events', () => {
    const meter = new Meter();
    const feed = (at: number, type: string, participant: string) =>
      meter.listen({ type, at, data: { participant }, audience: 'all' } as ConversationEvent);
    feed(0, 'floor.requested', 'a');
    feed(1_000, 'floor.granted', 'a');
    feed(2_000, 'floor.requested', 'b');
    feed(3_000, 'floor.requested', 'b');
    feed(4_000, 'floor.granted', 'b');
    feed(5_000, 'floor.released', 'a');
    feed(6_000, 'floor.requested', 'c');
    feed(9_000, 'floor.denied', 'c');
    expect(meter.mostHolders).toBe(2);
    expect([...meter.heldBy]).toEqual([
      [0, 0],
      [1, 3_000],
      [2, 1_000],
    ]);
    expect(meter.rows(10_000)).toEqual([
      { participant: 'a', turns: 1, speakingMs: 4_000, waitingMs: 1_000, waits: [1_000] },
      { participant: 'b', turns: 0, speakingMs: 6_000, waitingMs: 2_000, waits: [2_000] },
      { participant: 'c', turns: 0, speakingMs: 0, waitingMs: 3_000, waits: [] },
    ]);
    // 0.8, 0.75 and 0: (1.55)² ÷ (3 × 1.2025).
    expect(meter.jain(10_000)).toBeCloseTo(0.666, 3);
    expect(meter.jain(10_000, (id) => (id === 'a' ? 2 : 1))).toBeCloseTo(0.6103, 3);
    expect(meter.longestWait(10_000)).toBe(2_000);
    expect(percentile([5, 1, 3, 2, 4], 0.5)).toBe(3);
  });

  it('a count on paper finds winners, ties and the run-off', () => {
    const three = ['a', 'b', 'c'];
    expect(countOnPaper('plurality', three, [['a'], ['b'], ['b'], null])).toEqual(['b']);
    expect(countOnPaper('approval', three, [['a', 'b'], ['c', 'b'], ['a']])).toEqual(['a', 'b']);
    expect(countOnPaper('ranked', three, [['a'], ['a'], ['b'], ['b'], ['c', 'b']])).toEqual(['b']);
    expect(countOnPaper('ranked', three, [null, null])).toEqual([]);
  });
});

describe('the report', () => {
  const study: Study = {
    strategy: 'sequential',
    title: 'A < B & C',
    setting: 'Two.',
    figures: [
      { name: 'kept', value: '1', goal: '≥ 1', met: true },
      { name: 'broken', value: '0', goal: '≥ 1', met: false },
      { name: 'other', value: '7', goal: '—', met: true },
    ],
    rows: [
      { participant: 'p01', turns: 1, speakingMs: 120_000, waitingMs: 5_000, waits: [5_000] },
      { participant: 'p02', turns: 1, speakingMs: 60_000, waitingMs: 9_000, waits: [9_000] },
    ],
  };

  it('says which goals were missed', () => {
    expect(linesOf(study)).toContain('✓ kept    1  (goal ≥ 1)');
    expect(linesOf(study)).toContain('✗ broken  0  (goal ≥ 1)');
    expect(pageOf([study], FULL)).toMatch(/\| broken +\| 0 +\| ≥ 1 \*\*missed\*\* \|/);
    expect(pageOf([study], FULL)).toContain('(images/fairness-sequential.svg)');
  });

  it('draws one bar of speaking and one of waiting for each, to scale, in both schemes', () => {
    const svg = chartOf(study);
    const widths = [...svg.matchAll(/class="speak" .*? width="([\d.]+)"/g)].map((match) => Number(match[1]));
    expect(widths).toHaveLength(2);
    expect(widths[0]).toBeCloseTo(2 * (widths[1] ?? 0), 0);
    expect(svg.match(/class="wait" /g)).toHaveLength(2);
    expect(svg).toContain('A &lt; B &amp; C');
    expect(svg).toContain('prefers-color-scheme: dark');
  });

  it('covers every strategy there is', () => {
    expect(Object.keys(studies).toSorted()).toEqual(Object.keys(turnStrategies).toSorted());
  });
});
