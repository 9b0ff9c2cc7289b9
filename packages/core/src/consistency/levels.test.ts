import { describe, expect, it } from 'vitest';
import { TestRoom } from '../conversation/room.fixture.ts';
import { viewTermsOf } from './registry.ts';

const chosen = (consistency?: object) => new TestRoom({ consistency }).state.config.consistency;

describe('a level of which nothing more is said', () => {
  it('[CS-1] strong waits five seconds for a view', () => {
    expect(chosen({ kind: 'strong' })).toEqual({ kind: 'strong', barrierTimeoutMs: 5_000 });
  });

  it('[CS-2] is eventual, which sends at once, tells after 200 ms, and makes up for 10 000 events', () => {
    const eventual = { kind: 'eventual', maxLagMs: 200, holdMs: 0, snapshotBeyond: 10_000 };
    expect(chosen()).toEqual(eventual);
    expect(chosen({ kind: 'eventual' })).toEqual(eventual);
  });
});

describe('what a level promises', () => {
  it('[CS-2] events are gathered for no longer than maxLagMs', () => {
    const terms = (holdMs: number) => viewTermsOf(chosen({ kind: 'eventual', maxLagMs: 100, holdMs }));
    expect([terms(100).holdMs, terms(101).holdMs, terms(60_000).holdMs]).toEqual([100, 100, 100]);
    expect(terms(30).holdMs).toBe(30);
  });
});
