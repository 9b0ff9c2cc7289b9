import { expect, test } from 'vitest';
import type { DurableWireEvent } from './events.ts';
import { toldOf } from './floor-lines.ts';
import { settled } from './testing/manual-clock.ts';
import { scenario } from './testing/scenario.ts';
import type { FloorLine } from './transcript-lines.ts';

const names: Readonly<Record<string, string>> = { a: 'Ann', b: 'Bob' };
const told = (event: string, data: unknown) =>
  toldOf(
    { event, seq: 9, at: '', conversation: 'c', data } as unknown as DurableWireEvent,
    (id) => names[id] ?? id,
  );

const bid = (participant: string, score: number, pays: number) => ({
  participant,
  score,
  pays,
  urgency: 0,
  amount: 0,
  parts: {},
});

test.each<[string, unknown, string | null]>([
  [
    'bidding.closed',
    { window: 'w', winner: 'a', cause: 'time', bids: [bid('a', 0.66666, 7), bid('b', 0.5, 0)] },
    'Ann wins the turn and pays 7 (Ann 0.667, Bob 0.5)',
  ],
  [
    'bidding.closed',
    { window: 'w', winner: 'a', cause: 'time', bids: [bid('a', 1, 0)] },
    'Ann wins the turn (Ann 1)',
  ],
  ['bidding.closed', { window: 'w', winner: null, cause: 'time', bids: [] }, null],
  [
    'ballot.closed',
    { ballot: 'x', kind: 'turn', outcome: 'decided', winner: 'b', tally: { a: 1, b: 2 } },
    'Bob is elected to speak (Ann 1, Bob 2)',
  ],
  [
    'ballot.closed',
    { ballot: 'x', kind: 'turn', outcome: 'failed', cause: 'no_quorum', tally: { a: 1 } },
    'The ballot has failed: no quorum (Ann 1)',
  ],
  [
    'ballot.closed',
    { ballot: 'x', kind: 'motion', outcome: 'passed', tally: { yes: 2, no: 1 } },
    'The motion is passed (yes 2, no 1)',
  ],
  ['ballot.closed', { ballot: 'x', kind: 'turn', outcome: 'void', tally: {} }, null],
  [
    'collision.detected',
    { participants: ['a', 'b'], resolution: 'firstStarter', keeps: 'a' },
    'Ann and Bob start at once: Ann goes on (first starter)',
  ],
  [
    'collision.detected',
    { participants: ['a', 'b'], resolution: 'backoff', keeps: null },
    'Ann and Bob start at once: both back off (backoff)',
  ],
  [
    'interruption.denied',
    { interruption: 'i', participant: 'b', holder: 'a', code: 'interruption.insufficient_priority' },
    'Bob may not interrupt Ann: insufficient priority',
  ],
  [
    'interruption.moot',
    { interruption: 'i', participant: 'b', holder: 'a', cause: 'turn_ended' },
    'Bob need not interrupt any more: turn ended',
  ],
  [
    'overlap.ended',
    { interruption: 'i', participants: ['a', 'b'], keeps: 'b', cause: 'sentenceEnd' },
    'Ann and Bob spoke at once: Bob goes on (sentence end)',
  ],
  ['floor.granted', { participant: 'a', grant: 9 }, null],
])('%s is told in one sentence', (event, data, text) => {
  expect(told(event, data)?.text ?? null).toBe(text);
});

test('[IP-4] the line of a question becomes that of its answer, in its place', async () => {
  const { hub, room, connection } = await scenario();
  hub.addMember('bob', 'Bob');
  hub.act(null, 'conversation.configure', {
    config: { interruption: { kind: 'cooperative' }, floor: { timers: { minSpeakingMs: 0 } } },
  });
  await room.floor.request();
  hub.act('bob', 'floor.interrupt', {});
  await settled();
  const lines = () => room.transcript.filter((line): line is FloorLine => line.kind === 'floor');
  const [question] = lines();
  expect(question).toMatchObject({ what: 'interruption', outcome: 'asked', displayName: 'Bob' });
  expect(question?.text).toBe('Bob wants to interrupt Ann');
  await room.floor.answer(hub.state.floor.interruption!.id, false);
  await settled();
  expect(lines()).toMatchObject([
    { key: question?.key, seq: question?.seq, outcome: 'interruption.declined', participant: 'bob' },
  ]);
  await connection.close();
});
