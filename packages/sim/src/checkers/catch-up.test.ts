import { expect, test } from 'vitest';
import { checkCatchUp } from './catch-up.ts';
import { GOOD, GOOD_LOG, withEntries } from './evidence.fixture.ts';
import type { CaughtUp, Entry, Evidence, LoggedWireEvent, WireEvent } from './history.ts';

type Joined = Entry & { readonly kind: 'joined' };

const state = (seq: number, holder: { participant: string; grant: number } | null) => ({
  seq,
  status: 'active',
  participants: [{ id: 'prt_a' }, { id: 'prt_b' }],
  floor: { holders: holder ? [holder] : [], queue: [] as { participant: string; position: number }[] },
  context: { topic: null },
});

/** As of seq 8: everything that Ada was told when she came back behind seq 6, and holds the floor. */
const AGAIN: CaughtUp = {
  last: 10,
  state: state(8, { participant: 'prt_a', grant: 5 }),
  missed: 0,
  waiting: [{ kind: 'floor', grant: 5, endsAt: 'x' }],
};
const shown = (...seqs: number[]): WireEvent[] => seqs.map((seq) => GOOD_LOG[seq - 1]!);

/** Ada coming back, or Bob joining, with another catch-up. */
const caughtUp = (
  client: 'ada' | 'bob',
  catchUp: CaughtUp,
  events: WireEvent[],
  log: readonly LoggedWireEvent[] = GOOD_LOG,
): Evidence => ({
  ...withEntries(client, (entries) =>
    entries.map((entry) =>
      entry.kind === 'joined' && entry.resumed === (client === 'ada')
        ? ({ ...entry, catchUp, shown: events } as Joined)
        : entry,
    ),
  ),
  log,
});
const found = (...args: Parameters<typeof caughtUp>): string[] =>
  checkCatchUp(caughtUp(...args)).map(({ rule, text }) => `${rule}: ${text}`);

test('[CU-2] coming back shows what happened since, and nothing else passes', () => {
  expect(checkCatchUp(GOOD)).toEqual([]);
  expect(found('ada', AGAIN, shown(7, 8))).toEqual([]);
  expect(found('ada', AGAIN, shown(7))).toEqual(['CU-2: ada: as of 8, shown 7, and not 7, 8']);
  expect(found('ada', AGAIN, shown(6, 7, 8))).toEqual(['CU-2: ada: as of 8, shown 6, 7, 8, and not 7, 8']);
  expect(found('ada', AGAIN, shown(8, 7))).toHaveLength(1);
  const other = { ...GOOD_LOG[7]!, data: { participant: 'prt_b' } };
  expect(found('ada', AGAIN, [...shown(7), other])).toEqual([
    'CU-2: ada: as of 8, shown other events than the log has',
  ]);
});

test('[CU-1] joining shows the last events from the beginning, and says how many were before', () => {
  const last: CaughtUp = { last: 2, state: state(3, null), missed: 1, waiting: [] };
  expect(found('bob', last, shown(2, 3))).toEqual([]);
  expect(found('bob', { ...last, missed: 0 }, shown(2, 3))).toEqual([
    'CU-1: bob: as of 3, said to have missed 0, of 1 (with what is for others 1)',
  ]);
  expect(found('bob', { ...last, missed: 2 }, shown(2, 3))).toHaveLength(1);
});

test('[CU-1] what is private to others is not shown, and may be counted', () => {
  const log = GOOD_LOG.map((event) => (event.seq === 1 ? { ...event, audience: ['prt_a'] } : event));
  const last: CaughtUp = { last: 2, state: state(3, null), missed: 0, waiting: [] };
  expect(found('bob', last, shown(2, 3), log)).toEqual([]);
  expect(found('bob', { ...last, missed: 1 }, shown(2, 3), log)).toEqual([]);
  expect(found('bob', { ...last, last: 3 }, shown(1, 2, 3), log)).toEqual([
    'CU-1: bob: as of 3, shown 1, 2, 3, and not 2, 3',
  ]);
});

test('[CU-1] newcomers to a conversation with history since joining are shown nothing from before', () => {
  const config = { history: { visibility: 'sinceJoin' } };
  const log = GOOD_LOG.map((event) => (event.seq === 1 ? { ...event, data: { config } } : event));
  const last: CaughtUp = { last: 10, state: state(3, null), missed: 0, waiting: [] };
  expect(found('bob', last, shown(3), log)).toEqual([]);
  expect(found('bob', last, shown(2, 3), log)).toHaveLength(1);
});

test('[CU-1] [CU-2] a state that the log does not give, or that is older than what follows, is found', () => {
  const free = { ...AGAIN, state: state(8, null), waiting: [] };
  expect(found('ada', free, shown(7, 8))[0]).toContain('CU-2: ada: as of 8, holders: the state shows []');
  const old = { ...AGAIN, state: state(5, { participant: 'prt_a', grant: 5 }) };
  expect(found('ada', old, [])[0]).toBe('CU-2: ada: caught up as of 5, and goes on behind 6');
});

test('[CU-1] [CU-2] the floor or a place in the queue that nobody mentions is found', () => {
  expect(found('ada', { ...AGAIN, waiting: [] }, shown(7, 8))[0]).toContain('[] waits for it in');
  const queued = state(3, null);
  queued.floor.queue.push({ participant: 'prt_b', position: 1 });
  const waits: CaughtUp = { last: 10, state: queued, missed: 0, waiting: [{ kind: 'floor', position: 1 }] };
  expect(found('bob', waits, shown(1, 2, 3))).toEqual([]);
  expect(found('bob', { ...waits, waiting: [] }, shown(1, 2, 3))).toHaveLength(1);
});

test('[CU-2] a summary rests on what the reader may read of its gap', () => {
  const summed = (...cites: number[]) => ({ ...AGAIN, summary: { text: '', upTo: 8, cites } });
  expect(found('ada', summed(7, 8), shown(7, 8))).toEqual([]);
  expect(found('ada', summed(4, 8, 9), shown(7, 8))).toEqual([
    'CU-2: ada: as of 8, summed up by 4, 9, which it cannot read',
  ]);
});
