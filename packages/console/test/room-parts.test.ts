import type { TranscriptLine } from '@parley/client';
import type { TFunction } from 'i18next';
import { describe, expect, it } from 'vitest';
import { isolate } from '../src/messages/isolate.ts';
import { listFormat } from '../src/messages/list.ts';
import { turnEnd } from '../src/room/floor/deadline.ts';
import { clockText } from '../src/room/floor/clock-text.ts';
import { isUndecided, whyIdle } from '../src/room/floor/standing.ts';
import { citedPieces } from '../src/room/transcript/cited.ts';
import { hearingText } from '../src/room/hearing/hearing-text.ts';
import { awaited, lagsAfter } from '../src/room/lag/lag.tsx';
import { troublesOf } from '../src/room/room-troubles.ts';
import { sinceIn } from '../src/room/transcript/use-since.ts';
import { plainStart } from '../src/room/transcript/plain-text.ts';
import type { Holder, View } from '../src/session/types.ts';
import { hueOf, initialsOf } from '../src/shell/portrait.ts';
import { routeOf } from '../src/shell/router.ts';

const T0 = Date.parse('2026-01-01T00:00:00.000Z');
const at = (seconds: number): string => new Date(T0 + seconds * 1000).toISOString();
const timers = {
  firstContentMs: 30_000,
  silenceMs: 15_000,
  revokeGraceMs: 3_000,
} as View['config']['floor']['timers'];
const granted: Holder = {
  participant: 'prt_a',
  grant: 7,
  since: at(0),
  endsAt: at(120),
  turnMs: 120_000,
  cause: 'queue',
};

describe('what ends a turn next, as the holder is told', () => {
  it('[TS-2] is the time to begin, before anything was said', () => {
    expect(turnEnd(granted, timers, null)).toEqual({ why: 'start', at: T0 + 30_000, wholeMs: 30_000 });
  });

  it('is the turn’s length while one speaks, and silence after that, whichever comes first', () => {
    const started = { ...granted, startedAt: at(2) };
    expect(turnEnd(started, timers, null)).toMatchObject({ why: 'turn', at: T0 + 120_000 });
    expect(turnEnd(started, timers, T0 + 10_000)).toMatchObject({ why: 'silence', at: T0 + 25_000 });
    expect(turnEnd(started, timers, T0 + 110_000)).toMatchObject({ why: 'turn', at: T0 + 120_000 });
  });

  it('is the announced cut, once there is one', () => {
    expect(turnEnd({ ...granted, cutAt: at(123) }, timers, null)).toMatchObject({
      why: 'cut',
      at: T0 + 123_000,
    });
  });

  it('reads as a clock that never shows zero while time is left', () => {
    expect([0, 1, 999, 1_001, 61_000, 600_000].map(clockText)).toEqual([
      '0:00',
      '0:01',
      '0:01',
      '0:02',
      '1:01',
      '10:00',
    ]);
  });
});

describe('[CU-2] a line of a summary', () => {
  it('is words and the places that it rests on; numbers that it does not rest on are words', () => {
    const pieces = citedPieces('Two lanes [#20] [#21], not “[#7]”. [#', [20, 21]);
    expect(pieces).toEqual(['Two lanes ', { seq: 20 }, ' ', { seq: 21 }, ', not “', '[#7]', '”. [#']);
  });
});

describe('where one stopped reading', () => {
  const said = (seq: number, participant: string) =>
    ({ kind: 'utterance', key: `utt_${seq}`, seq, participant }) as TranscriptLine;
  const lines = [said(4, 'prt_b'), said(6, 'prt_me'), said(8, 'prt_b'), said(10, 'prt_b'), said(14, 'prt_b')];

  it('is before the first line of an absence, with what others said in it counted', () => {
    expect(sinceIn(lines, { from: 5, until: 12 }, 'prt_me')).toEqual({ key: 'utt_6', count: 2 });
    expect(sinceIn(lines, { from: 10, until: 12 }, 'prt_me')).toBeNull();
    expect(sinceIn(lines, { from: 5, until: 7 }, 'prt_me')).toBeNull();
  });
});

describe('how many hear it', () => {
  const t = ((key: string, values: object = {}) =>
    `${key} ${JSON.stringify(values)}`) as unknown as TFunction;

  it.each([
    [0, 0, 0, 'hearing.alone {}'],
    [4, 0, 4, 'hearing.all {}'],
    [0, 0, 4, 'hearing.none {}'],
    [1, 0, 4, 'hearing.some {"count":1,"of":4}'],
    [1, 2, 4, 'hearing.range {"least":1,"most":3,"of":4}'],
    [0, 4, 4, 'hearing.upTo {"least":0,"most":4,"of":4}'],
  ])('%i for sure and %i perhaps of %i is %s', (certain, possible, others, words) => {
    expect(hearingText({ certain, possible, others }, t)).toBe(words);
  });

  it('is a number in a whisper, also one to all who are there: whoever comes later does not hear it', () => {
    const whisper = { certain: 4, possible: 0, others: 4, isWhisper: true };
    expect(hearingText(whisper, t)).toBe('hearing.some {"count":4,"of":4}');
  });
});

describe('views that are behind', () => {
  const about = { conversation: 'cnv_1', at: at(0) };

  it('[CS-2] are known by what was told of them, until they caught up or are gone', () => {
    const data = { participant: 'prt_a', level: 'eventual', seq: 3, head: 9, lagMs: 400 };
    const behind = lagsAfter(new Map(), { event: 'view.stale', ...about, data });
    expect([...behind]).toEqual([['prt_a', { events: 6, lagMs: 400 }]]);
    const caughtUp = { participant: 'prt_a', level: 'eventual', seq: 9 };
    expect(lagsAfter(behind, { event: 'view.caught_up', ...about, data: caughtUp }).size).toBe(0);
    const left = { participant: 'prt_a', cause: 'left' } as const;
    expect(lagsAfter(behind, { event: 'participant.left', seq: 10, ...about, data: left }).size).toBe(0);
  });

  it('[CS-1] are what a turn waits for while they are connected, strong and not behind', () => {
    const member = (more: object) => ({ connection: 'connected', ...more }) as View['participants'][number];
    const strong = { kind: 'strong', barrierTimeoutMs: 9_000 };
    const config = { consistency: { kind: 'strong', barrierTimeoutMs: 5_000 } };
    const participants = [
      member({}),
      member({ consistency: strong }),
      member({ consistency: { kind: 'causal' } }),
      member({ stale: true }),
      member({ connection: 'disconnected' }),
    ];
    expect(awaited({ participants, config })).toEqual({ count: 2, forMs: 9_000 });
    const eventual = { consistency: { kind: 'eventual' } };
    expect(awaited({ participants, config: eventual })).toEqual({ count: 1, forMs: 9_000 });
  });
});

describe('why nobody has the floor', () => {
  const waiting = { queue: [{ participant: 'prt_a' }] };
  const why = (floor: object, kind: string) =>
    whyIdle({
      floor: { queue: [], ...floor },
      participants: [{ connection: 'connected' }],
      config: { consistency: { kind, barrierTimeoutMs: 5_000 } },
    } as unknown as Parameters<typeof whyIdle>[0]);

  it('is that nobody wants it, that it is decided, that others hear first, or that it is about to be given', () => {
    const reasons = [
      why({}, 'strong'),
      why({ ...waiting, window: {} }, 'strong'),
      why({ ballot: {} }, 'eventual'),
      why(waiting, 'strong'),
      why(waiting, 'eventual'),
    ];
    expect(reasons).toEqual(['idleHelp', 'idleOpen', 'idleOpen', 'idleHeard', 'idleQueue']);
    expect(reasons.map(isUndecided)).toEqual([false, true, true, true, false]);
  });
});

describe('what is not as usual about a room', () => {
  it('is a pause and a view that is behind, each for itself; only the connection without one, only the end after it', () => {
    const usual = { connection: 'open', status: 'active', behind: false } as const;
    expect(troublesOf(usual)).toEqual([]);
    expect(troublesOf({ ...usual, behind: true })).toEqual(['behind']);
    expect(troublesOf({ ...usual, status: 'paused', behind: true })).toEqual(['paused', 'behind']);
    expect(troublesOf({ ...usual, status: 'archived' })).toEqual(['ended']);
    expect(troublesOf({ ...usual, status: 'ended', behind: true })).toEqual(['ended']);
    expect(troublesOf({ connection: 'reconnecting', status: 'paused', behind: true })).toEqual([
      'connection',
    ]);
  });
});

describe('portraits', () => {
  it('take letters from names in any script', () => {
    expect(['Ana Ruiz', 'Bo', ' émile  zola ', 'ليلى حداد', '🙂 Kim', '…'].map(initialsOf)).toEqual([
      'AR',
      'B',
      'ÉZ',
      'لح',
      'K',
      '',
    ]);
  });

  it('have the same colour for the same participant, of those that there are', () => {
    const hues = Array.from({ length: 200 }, (_, index) => hueOf(`prt_${index}`));
    expect(hueOf('prt_1')).toBe(hues[1]);
    expect(new Set(hues)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
  });
});

describe('names in sentences', () => {
  it('are listed as the language has it, each in its own direction', () => {
    const english = listFormat('en-GB', 'ltr');
    expect([english(['Ana']), english(['Ana', 'Bo']), english(['Ana', 'Bo', 'Cleo'])]).toEqual([
      'Ana',
      'Ana and Bo',
      'Ana, Bo and Cleo',
    ]);
    expect(listFormat('de', 'ltr')(['Ana', 'ليلى'])).toBe('Ana und \u2068ليلى\u2069');
  });

  it('do not turn the sentence round', () => {
    expect(isolate('ليلى', 'ltr')).toBe('\u2068ليلى\u2069');
    expect(isolate('Ana', 'rtl')).toBe('\u2068Ana\u2069');
    expect([isolate('Ana', 'ltr'), isolate('ليلى', 'rtl'), isolate('12:30', 'rtl')]).toEqual([
      'Ana',
      'ليلى',
      '12:30',
    ]);
  });
});

describe('quotations and addresses', () => {
  it('quotes words without marks', () => {
    expect(plainStart('**Hello** [there](https://x.example), `you`', 80)).toBe('Hello there, you');
    expect(plainStart('one two three', 7)).toBe('one two…');
  });

  it('leads to the lobby, to rooms, and nowhere else', () => {
    expect(routeOf('/')).toEqual({ page: 'lobby' });
    expect(routeOf('/c/cnv_1-a')).toEqual({ page: 'room', conversation: 'cnv_1-a' });
    for (const path of ['/c/', '/c/a/b', '/c/..%2f', '/elsewhere', `/c/${'x'.repeat(65)}`]) {
      expect([path, routeOf(path)]).toEqual([path, { page: 'missing' }]);
    }
  });
});
