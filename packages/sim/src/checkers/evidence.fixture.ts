import type { Data, Entry, Evidence, Happening, History, LoggedWireEvent } from './history.ts';

const CONVERSATION = 'cnv_1';
const START = Date.parse('2026-01-01T00:00:00.000Z');

/** The `seq` of the events below is their place; `at` is a second for each; all are for everybody. */
export function logOf(
  events: readonly (readonly [event: string, by: string | null, data: Data])[],
): LoggedWireEvent[] {
  return events.map(([event, by, data], index) => ({
    event,
    conversation: CONVERSATION,
    seq: index + 1,
    after: index,
    at: new Date(START + index * 1_000).toISOString(),
    ...(by === null ? {} : { by }),
    data,
    audience: 'all',
  }));
}

const member = (id: string, displayName: string): Data => ({ id, displayName, roles: ['participant'] });

export const GOOD_LOG: readonly LoggedWireEvent[] = logOf([
  ['conversation.created', null, { conversation: CONVERSATION }],
  ['participant.joined', 'prt_a', { participant: member('prt_a', 'Ada 1') }],
  ['participant.joined', 'prt_b', { participant: member('prt_b', 'Bob 1') }],
  ['floor.requested', 'prt_a', { participant: 'prt_a', preview: 'a1' }],
  ['floor.granted', 'prt_a', { participant: 'prt_a', grant: 5 }],
  ['floor.requested', 'prt_b', { participant: 'prt_b', preview: 'b1' }],
  ['participant.disconnected', null, { participant: 'prt_a', cause: 'restart' }],
  ['participant.returned', 'prt_a', { participant: 'prt_a' }],
  ['speech.ended', 'prt_a', { participant: 'prt_a', grant: 5, utterance: 'utt_9', text: 'a2' }],
  ['floor.released', 'prt_a', { participant: 'prt_a', grant: 5 }],
  ['floor.granted', 'prt_a', { participant: 'prt_b', grant: 11 }],
  ['topic.changed', 'prt_b', { topic: 'b2' }],
]);

const pushed = (from: number, to: number): Happening[] =>
  GOOD_LOG.slice(from - 1, to).map(({ audience: _, ...event }) => ({ kind: 'event', event }));
const invoke = (id: string, op: string, data: Data): Happening => ({ kind: 'invoke', id, op, data });
const ok = (id: string, seq: number, data: Data = {}): Happening => ({ kind: 'ok', id, seq, data });
const joined = (participant: string, resumed: boolean, from: number): Happening => ({
  kind: 'joined',
  participant,
  epoch: 'e1',
  resumed,
  from,
  shown: [],
});

/** One a millisecond after the other, where they do not say themselves when they were. */
export const timed = (entries: readonly (Happening | Entry)[]): Entry[] =>
  entries.map((entry, index) => ({ when: index, ...entry }));

/** Speaks across a restart: the answer to its speech stayed out, and it sent the speech again. */
const ADA: History = {
  client: 'ada',
  conversation: CONVERSATION,
  complete: true,
  attentive: true,
  ordered: true,
  networkMs: 100,
  entries: timed([
    invoke('a0', 'conversation.join', { displayName: 'Ada 1' }),
    ok('a0', 2, { participant: 'prt_a' }),
    joined('prt_a', false, 2),
    ...pushed(3, 3),
    invoke('a1', 'floor.request', { preview: 'a1' }),
    ok('a1', 5, { status: 'granted', grant: 5 }),
    ...pushed(4, 6),
    invoke('a2', 'speech', { grant: 5, text: 'a2' }),
    { kind: 'lost' },
    joined('prt_a', true, 6),
    ...pushed(7, 8),
    invoke('a2', 'speech', { grant: 5, text: 'a2' }),
    ok('a2', 11, { utterance: 'utt_9' }),
    ...pushed(9, 12),
    invoke('a2', 'speech', { grant: 5, text: 'a2' }),
    ok('a2', 11, { utterance: 'utt_9' }),
    invoke('a3', 'speech', { grant: 5, text: 'a3' }),
    { kind: 'fail', id: 'a3', code: 'floor.stale_grant', retryable: false },
  ]),
};

const BOB: History = {
  client: 'bob',
  conversation: CONVERSATION,
  complete: true,
  attentive: true,
  ordered: true,
  networkMs: 100,
  entries: timed([
    invoke('b0', 'conversation.join', { displayName: 'Bob 1' }),
    ok('b0', 3, { participant: 'prt_b' }),
    joined('prt_b', false, 3),
    ...pushed(4, 5),
    invoke('b1', 'floor.request', { preview: 'b1' }),
    ok('b1', 6, { status: 'accepted', queuePosition: 1 }),
    ...pushed(6, 11),
    invoke('b2', 'topic.set', { topic: 'b2' }),
    ...pushed(12, 12),
  ]),
};

/** What two clients of a hub that keeps every promise have seen. */
export const GOOD: Evidence = { histories: [ADA, BOB], log: GOOD_LOG };

/** The same with one client's entries changed. */
export function withEntries(
  client: string,
  change: (entries: readonly Entry[]) => (Happening | Entry)[],
): Evidence {
  return {
    ...GOOD,
    histories: GOOD.histories.map((history) =>
      history.client === client ? { ...history, entries: timed(change(history.entries)) } : history,
    ),
  };
}

/** The same with another log, numbered again, and histories without the events that came with the old one. */
export function withLog(change: (log: readonly LoggedWireEvent[]) => LoggedWireEvent[]): Evidence {
  const log = change(GOOD_LOG).map((event, index) => ({ ...event, seq: index + 1 }));
  return { ...GOOD, log };
}
