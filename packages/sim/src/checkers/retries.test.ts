import { describe, expect, test } from 'vitest';
import { withEntries } from './evidence.fixture.ts';
import type { Evidence, Happening, Violation } from './history.ts';
import { checkRetries } from './retries.ts';

const texts = (violations: readonly Violation[]): string[] =>
  violations.map(({ rule, text }) => `${rule}: ${text}`);

describe('retries', () => {
  const afterLast = (...more: Happening[]): Evidence =>
    withEntries('ada', (entries) => [...entries, ...more]);
  const again: Happening = { kind: 'invoke', id: 'a2', op: 'speech', data: { grant: 5, text: 'a2' } };
  const other: Happening = { kind: 'invoke', id: 'a2', op: 'speech', data: { grant: 5, text: 'else' } };
  const ok = (seq: number, utterance: string): Happening => ({
    kind: 'ok',
    id: 'a2',
    seq,
    data: { utterance },
  });
  const fail = (code: string): Happening => ({ kind: 'fail', id: 'a2', code, retryable: false });

  test('[FL-10] another answer to a retry is found', () => {
    expect(texts(checkRetries(afterLast(again, ok(11, 'utt_10'))))[0]).toContain('first answered');
    expect(texts(checkRetries(afterLast(again, ok(12, 'utt_9'))))[0]).toContain('at 11, then');
    expect(checkRetries(afterLast(again, ok(11, 'utt_9')))).toEqual([]);
  });

  test('[FL-10] another answer to a retry is found also where nothing was changed, but for signals', () => {
    const cancel: Happening = { kind: 'invoke', id: 'a9', op: 'floor.cancel', data: {} };
    const cancelled = (seq: number, done: boolean): Happening => ({
      kind: 'ok',
      id: 'a9',
      seq,
      data: { cancelled: done },
    });
    expect(checkRetries(afterLast(cancel, cancelled(8, false), cancel, cancelled(8, false)))).toEqual([]);
    expect(checkRetries(afterLast(cancel, cancelled(8, false), cancel, cancelled(12, false)))).toHaveLength(
      1,
    );
    expect(checkRetries(afterLast(cancel, cancelled(8, false), cancel, cancelled(12, true)))).toHaveLength(1);
    expect(checkRetries(afterLast(cancel, cancelled(8, true), cancel, cancelled(12, true)))).toHaveLength(1);
    const signal: Happening = { kind: 'invoke', id: 'a9', op: 'signal', data: { kind: 'typing' } };
    const sent = (seq: number): Happening => ({ kind: 'ok', id: 'a9', seq, data: {} });
    expect(checkRetries(afterLast(signal, sent(8), signal, sent(12)))).toEqual([]);
  });

  test('[FL-10] a refused retry of what was accepted is found, unless the hub cannot decide now', () => {
    expect(texts(checkRetries(afterLast(again, fail('floor.stale_grant'))))).toEqual([
      'FL-10: ada, a2: accepted before, now refused with floor.stale_grant',
    ]);
    expect(checkRetries(afterLast(again, fail('storage.unavailable')))).toEqual([]);
  });

  describe('a repetition that a leaving overtook', () => {
    const leave: Happening = { kind: 'invoke', id: 'a9', op: 'conversation.leave', data: {} };
    const left: Happening = { kind: 'ok', id: 'a9', seq: 13, data: {} };
    const stays: Happening = { kind: 'fail', id: 'a9', code: 'storage.full', retryable: true };
    const nobody = fail('participant.not_joined');
    const overHttp = (...more: Happening[]): Violation[] => {
      const { histories, log } = afterLast(...more);
      return checkRetries({ histories: histories.map((each) => ({ ...each, ordered: false })), log });
    };

    test('[FL-10] may be refused as nobody’s, over HTTP', () => {
      expect(overHttp(again, leave, nobody)).toEqual([]);
      expect(overHttp(again, leave, left, nobody)).toEqual([]);
      expect(overHttp(again, leave, nobody, left)).toEqual([]);
      // One sending of the leaving was refused, of the other nobody knows.
      expect(overHttp(again, leave, leave, stays, nobody)).toEqual([]);
    });

    test('[FL-10] is found where it was refused in another way', () => {
      expect(overHttp(again, leave, fail('floor.stale_grant'))).toHaveLength(1);
    });

    test('[FL-10] is found where it was sent after the leaving, or answered before', () => {
      expect(overHttp(leave, again, nobody)).toHaveLength(1);
      expect(overHttp(again, nobody, leave)).toHaveLength(1);
      expect(overHttp(again, leave, nobody, again, nobody)).toHaveLength(1);
    });

    test('[FL-10] is found where nobody left', () => {
      expect(overHttp(again, leave, stays, nobody)).toHaveLength(1);
      expect(overHttp(again, leave, nobody, stays)).toHaveLength(1);
    });

    test('[FL-10] is found where nothing can be overtaken, or where the connection has ended', () => {
      expect(checkRetries(afterLast(again, leave, nobody))).toHaveLength(1);
      expect(overHttp(again, { kind: 'lost' }, leave, nobody)).toHaveLength(1);
    });
  });

  test('[FL-10] answers that overtake each other may differ over HTTP only', () => {
    const both: Happening[] = [
      { kind: 'invoke', id: 'a8', op: 'topic.set', data: { topic: 'a8' } },
      { kind: 'invoke', id: 'a8', op: 'topic.set', data: { topic: 'a8' } },
      { kind: 'ok', id: 'a8', seq: 12, data: {} },
      { kind: 'fail', id: 'a8', code: 'context.conflict', retryable: false },
    ];
    const { histories, log } = afterLast(...both);
    expect(checkRetries({ histories, log })).toHaveLength(1);
    expect(checkRetries({ histories: histories.map((each) => ({ ...each, ordered: false })), log })).toEqual(
      [],
    );
  });

  test('[FL-10] a leaving that comes again is nobody’s', () => {
    const leave: Happening = { kind: 'invoke', id: 'a9', op: 'conversation.leave', data: {} };
    const answers: Happening[] = [
      { kind: 'ok', id: 'a9', seq: 13, data: {} },
      { kind: 'fail', id: 'a9', code: 'participant.not_joined', retryable: false },
    ];
    expect(checkRetries(afterLast(leave, leave, ...answers))).toEqual([]);
  });

  test('[FL-10] another body under the same id must be a conflict', () => {
    expect(checkRetries(afterLast(other, fail('idempotency.conflict')))).toEqual([]);
    expect(texts(checkRetries(afterLast(other, ok(11, 'utt_9'))))[0]).toContain('accepted with another body');
    expect(texts(checkRetries(afterLast(again, fail('idempotency.conflict'))))[0]).toContain('now refused');
  });

  // Found by the crash test: the answer to a repetition came after the other body had been sent.
  test('[FL-10] a repetition that is answered behind the sending of another body passes', () => {
    const first = ok(11, 'utt_9');
    const conflict = fail('idempotency.conflict');
    expect(checkRetries(afterLast(again, other, first, conflict))).toEqual([]);
    expect(checkRetries(afterLast(again, other, first, first))).toHaveLength(1);
    expect(checkRetries(afterLast(again, other, ok(12, 'utt_9'), conflict))).toHaveLength(1);
  });
});
