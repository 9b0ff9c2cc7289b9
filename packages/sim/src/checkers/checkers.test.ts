import { describe, expect, test } from 'vitest';
import { checkAcknowledged } from './acknowledged.ts';
import { checkChain } from './chain.ts';
import { checkAll } from './check-all.ts';
import { GOOD, GOOD_LOG, withEntries, withLog } from './evidence.fixture.ts';
import { checkFinalState } from './final-state.ts';
import { checkFloor } from './floor.ts';
import type { Entry, LoggedWireEvent, Violation } from './history.ts';
import { checkOrder } from './order.ts';
import { checkTimers, type TimerTerms } from './timers.ts';

const texts = (violations: readonly Violation[]): string[] =>
  violations.map(({ rule, text }) => `${rule}: ${text}`);
const isEvent = (entry: Entry, seq: number): boolean => entry.kind === 'event' && entry.event.seq === seq;
const without = (seq: number) => (entries: readonly Entry[]) =>
  entries.filter((entry) => !isEvent(entry, seq));
const edit = (log: readonly LoggedWireEvent[], seq: number, data: Record<string, unknown>) =>
  log.map((event) => (event.seq === seq ? { ...event, data: { ...event.data, ...data } } : event));

test('a history in which every promise was kept passes every checker', () => {
  expect(checkAll(GOOD)).toEqual([]);
});

describe('order', () => {
  test('[RL-1] a hole in the log is found', () => {
    const evidence = { ...GOOD, log: GOOD_LOG.filter(({ seq }) => seq !== 4) };
    expect(texts(checkOrder(evidence))).toEqual(['RL-1: the log has seq 5 where 4 should be']);
  });

  test('[RL-1] an event that somebody was told and the log has lost is found', () => {
    const evidence = { ...GOOD, log: GOOD_LOG.slice(0, 11) };
    expect(texts(checkOrder(evidence))).toEqual([
      expect.stringContaining('ada was told seq 12'),
      expect.stringContaining('bob was told seq 12'),
    ]);
  });

  test('[RL-1] two clients that saw different events under one seq are found', () => {
    const evidence = withEntries('bob', (entries) =>
      entries.map((entry) =>
        entry.kind === 'event' && entry.event.seq === 12
          ? { ...entry, event: { ...entry.event, data: { topic: 'another' } } }
          : entry,
      ),
    );
    expect(texts(checkOrder(evidence))).toEqual([
      expect.stringContaining('bob saw another event under seq 12'),
    ]);
  });
});

describe('chain', () => {
  test('[CS-5] an event that never came is found, by `after` and by the seq', () => {
    expect(texts(checkChain(withEntries('ada', without(8))))).toEqual([
      'CS-5: ada: got seq 9 (speech.ended) after 8, but had 7',
    ]);
    const silently = withEntries('ada', (entries) =>
      without(8)(entries).map((entry) =>
        entry.kind === 'event' && entry.event.seq === 9
          ? { ...entry, event: { ...entry.event, after: 7 } }
          : entry,
      ),
    );
    expect(texts(checkChain(silently))).toEqual([
      expect.stringContaining('seq 9 (speech.ended) after 7, its chain has 8 there'),
    ]);
  });

  test('[CS-5] an event that came twice is found', () => {
    const twice = withEntries('bob', (entries) =>
      entries.flatMap((entry) => (isEvent(entry, 7) ? [entry, entry] : [entry])),
    );
    expect(texts(checkChain(twice))).toEqual([
      'CS-5: bob: got seq 7 (participant.disconnected) after 6, but had 7: it came twice',
    ]);
  });

  test('[CS-5] a resume that goes on elsewhere, or in another epoch, is found', () => {
    const elsewhere = (change: object) =>
      withEntries('ada', (entries) =>
        entries.map((entry) => (entry.kind === 'joined' && entry.resumed ? { ...entry, ...change } : entry)),
      );
    expect(texts(checkChain(elsewhere({ from: 7 })))[0]).toContain('resumed behind 7, but had 6');
    expect(texts(checkChain(elsewhere({ epoch: 'e2' })))[0]).toContain('epoch e2, not e1');
    expect(texts(checkChain(elsewhere({ participant: 'prt_b' })))[0]).toContain('somebody it had not been');
  });

  test('[CS-5] events without having joined, and a last event that never came, are found', () => {
    const early = withEntries('bob', (entries) => entries.filter(({ kind }) => kind !== 'joined'));
    expect(texts(checkChain(early))[0]).toContain('got seq 4 (floor.requested) without having joined');
    expect(texts(checkChain(withEntries('ada', without(12))))).toEqual([
      'CS-5: ada: ended at 11, its chain at 12: never got 12',
    ]);
  });
});

describe('acknowledged', () => {
  test('[RL-1] an acknowledged command that the log has lost is found', () => {
    const lost = withLog((log) => log.filter(({ event }) => event !== 'speech.ended'));
    expect(texts(checkAcknowledged(lost))).toContainEqual(
      'RL-1: ada, speech a2: acknowledged, but not in the log',
    );
  });

  test('[RL-1] a command that was carried out twice is found', () => {
    const twice = withLog((log) => [...log, log[8]!]);
    expect(texts(checkAcknowledged(twice))).toContainEqual(
      'RL-1: ada, speech a2: carried out 2 times: seqs 9, 13',
    );
  });

  test('[RL-1] a refused command that was carried out is found', () => {
    const carriedOut = withLog((log) => [...log, { ...log[8]!, data: { ...log[8]!.data, text: 'a3' } }]);
    expect(texts(checkAcknowledged(carriedOut))).toContainEqual(
      'RL-1: ada, speech a3: refused, but seq 13 of the log carries it out',
    );
  });

  test('[RL-1] a command without an answer may be in the log or not', () => {
    expect(checkAcknowledged(GOOD)).toEqual([]);
    expect(checkAcknowledged(withLog((log) => log.slice(0, 11)))).toEqual([]);
  });

  test('[RL-1] what nobody sent, what another is said to have sent, and what a reply made up are found', () => {
    const madeUp = withLog((log) => edit(log, 12, { topic: 'nobody said so' }));
    expect(texts(checkAcknowledged(madeUp))).toContainEqual('RL-1: seq 12: nobody sent topic nobody said so');
    const stolen = withLog((log) =>
      log.map((event) => (event.seq === 9 ? { ...event, by: 'prt_b' } : event)),
    );
    expect(texts(checkAcknowledged(stolen))).toContainEqual(
      'RL-1: ada, speech a2: seq 9 says it was by prt_b',
    );
    const otherGrant = withLog((log) => edit(log, 5, { grant: 4 }));
    expect(texts(checkAcknowledged(otherGrant))).toContainEqual(
      'RL-1: ada, floor.request a1: answered grant 5, which the log does not show',
    );
    const ahead = withEntries('bob', (entries) => [...entries, { kind: 'ok', id: 'b2', seq: 13, data: {} }]);
    expect(texts(checkAcknowledged(ahead))).toEqual([
      'RL-1: bob, topic.set b2: acknowledged with seq 13, the log ends at 12',
    ]);
  });

  test('[RL-1] a join that made two members is found', () => {
    const twice = withLog((log) => [...log, log[1]!]);
    expect(texts(checkAcknowledged(twice))).toContainEqual(
      'RL-1: ada, conversation.join a0: carried out 2 times: seqs 2, 13',
    );
    const nobody = withLog((log) => log.filter(({ seq }) => seq !== 2));
    expect(texts(checkAcknowledged(nobody))).toContainEqual(
      'RL-1: ada, conversation.join a0: answered participant prt_a, which the log does not show',
    );
  });
});

describe('floor', () => {
  const found = (change: (log: readonly LoggedWireEvent[]) => LoggedWireEvent[]): string[] =>
    texts(checkFloor({ ...GOOD, histories: [], log: change(GOOD_LOG) }));

  test('[FL-1] a second holder is found', () => {
    expect(found((log) => log.filter(({ seq }) => seq !== 10))).toEqual([
      'FL-1: seq 11 (floor.granted): granted while prt_a holds 5',
    ]);
  });

  test('[RL-2] a grant that is not its own seq is found', () => {
    expect(found((log) => edit(log, 11, { grant: 5 }))).toEqual([
      'RL-2: seq 11 (floor.granted): grant 5 is not its own seq',
    ]);
  });

  test('[FL-2] a holder that is no member, or an observer, is found', () => {
    expect(found((log) => log.filter(({ seq }) => seq !== 3))).toEqual([
      'FL-2: seq 11 (floor.granted): prt_b is no member',
    ]);
    const observing = { participant: { id: 'prt_b', roles: ['observer'] } };
    expect(found((log) => edit(log, 3, observing))).toEqual([
      'FL-2: seq 11 (floor.granted): prt_b is an observer',
    ]);
  });

  test('[DG-3] a holder that is muted is found, and one that is so no more passes', () => {
    const told = (type: string): LoggedWireEvent => ({
      ...GOOD_LOG[5]!,
      event: type,
      data: { participant: 'prt_b', cause: 'moderator' },
    });
    expect(found((log) => log.toSpliced(6, 0, told('participant.muted')))).toEqual([
      'DG-3: seq 11 (floor.granted): prt_b is muted',
    ]);
    const both = [told('participant.muted'), told('participant.unmuted')];
    expect(found((log) => log.toSpliced(6, 0, ...both))).toEqual([]);
  });

  test('[FL-5] an utterance or a release without the live grant is found', () => {
    expect(found((log) => edit(log, 9, { grant: 4 }))).toEqual([
      'FL-5: seq 9 (speech.ended): by prt_a with grant 4, but prt_a holds 5',
    ]);
    expect(found((log) => edit(log, 10, { participant: 'prt_b' }))[0]).toContain('FL-5: seq 10');
  });

  test('[FL-7] leaving with the floor, leaving twice and joining twice are found', () => {
    const left = (participant: string): LoggedWireEvent => ({
      ...GOOD_LOG[11]!,
      event: 'participant.left',
      data: { participant },
    });
    expect(found((log) => [...log, left('prt_b')])[0]).toContain('FL-7: seq 12');
    expect(found((log) => [...log, left('prt_a'), left('prt_a')])[0]).toContain('prt_a is no member');
    expect(found((log) => [...log, log[1]!])[0]).toContain('prt_a is a member already');
  });
});

describe('timers', () => {
  const terms: TimerTerms = {
    firstContentMs: 5_000,
    maxTurnMs: 10_000,
    revokeGraceMs: 1_000,
    slackMs: 1_000,
    readAt: Date.parse(GOOD_LOG[11]!.at) + 2_000,
  };
  const found = (change: Partial<TimerTerms>, log = GOOD_LOG): string[] =>
    texts(checkTimers({ ...GOOD, histories: [], log }, { ...terms, ...change }));
  const revoked = (cause: string) =>
    GOOD_LOG.map((event) =>
      event.seq === 10 ? { ...event, event: 'floor.revoked', data: { ...event.data, cause } } : event,
    );

  test('[FL-11] turns within their time pass, also the one that goes on', () => {
    expect(found({})).toEqual([]);
  });

  test('[FL-11] a holder that was left silent for too long is found', () => {
    const gone = (cause: string) =>
      GOOD_LOG.map((event) => (event.seq === 7 ? { ...event, data: { ...event.data, cause } } : event));
    expect(found({ firstContentMs: 2_000 }, gone('connection'))).toEqual([
      'FL-11: turn 5: silent for 4000 ms, at most 2000 allowed',
    ]);
    // The hub was restarted two seconds into the turn, and the content came two seconds after that.
    expect(found({ firstContentMs: 2_000 }, gone('restart'))).toEqual([]);
    expect(found({ firstContentMs: 900 }, gone('restart'))[0]).toBe(
      'FL-11: turn 5: silent for 2000 ms, at most 900 allowed',
    );
    expect(found({ readAt: terms.readAt + 60_000 })[0]).toContain('turn 11: silent for 63000 ms');
  });

  test('[FL-11] a turn that went on for too long is found', () => {
    const late = GOOD_LOG.map((event) =>
      event.seq < 10 ? event : { ...event, at: new Date(Date.parse(event.at) + 60_000).toISOString() },
    );
    expect(found({ readAt: terms.readAt + 60_000 }, late)).toEqual([
      'FL-11: turn 5: went on for 61000 ms, at most 10000 allowed',
    ]);
  });

  test('[FL-11] a revocation before its time is found', () => {
    expect(found({}, revoked('too_long'))).toEqual(['FL-11: turn 5: revoked as too long after 1000 ms']);
    expect(found({}, revoked('no_content'))).toContainEqual(
      'FL-11: turn 5: revoked for silence after content',
    );
  });
});

describe('final state', () => {
  const state = {
    seq: 12,
    status: 'active',
    participants: [{ id: 'prt_b' }, { id: 'prt_a' }],
    floor: { holders: [{ participant: 'prt_b', grant: 11, since: 'x' }] },
    context: { topic: 'b2' },
  };

  test('[FL-10] the state that the log gives passes, every other one is found', () => {
    expect(checkFinalState(GOOD_LOG, state)).toEqual([]);
    const changes = [
      { seq: 11 },
      { status: 'paused' },
      { participants: [{ id: 'prt_a' }] },
      { floor: { holders: [] } },
      { context: { topic: null } },
    ];
    for (const change of changes) {
      expect(checkFinalState(GOOD_LOG, { ...state, ...change }), JSON.stringify(change)).toHaveLength(1);
    }
  });
});
