import type { DurableWireEvent, TranscriptLine } from '@parley/client';
import { configSpec, readSettings, turnStrategies } from '@parley/core';
import { openApiDocument } from '@parley/protocol';
import { describe, expect, it } from 'vitest';
import { changes } from '../src/lobby/changes.ts';
import { PRESETS } from '../src/lobby/presets.ts';
import type { Decided } from '../src/room/decisions/decided.ts';
import { decide, decideEarlier, nothingDecided } from '../src/room/decisions/decided.ts';
import { reasonText } from '../src/room/decisions/reason-text.ts';
import { overlapsOf } from '../src/room/transcript/overlaps.ts';
import { configSchemaIn } from '../src/session/gateway.ts';
import { fieldsOf } from '../src/session/schema.ts';

const event = (name: string, seq: number, data: object): DurableWireEvent =>
  ({ event: name, conversation: 'cnv', seq, at: '2026-01-01T00:00:00.000Z', data }) as DurableWireEvent;
const after = (events: readonly DurableWireEvent[]): Decided =>
  events.reduce((known, next) => decide(known, next, 'me'), nothingDecided);

const bid = (participant: string) =>
  event('bid.placed', 1, { participant, window: 'w', bid: 'b', urgency: 0.5, amount: { value: 7 } });
const closed = (window: string, winner: string | null) =>
  event('bidding.closed', 2, { window, winner, cause: 'time', bids: [] });

describe('what is remembered of decisions', () => {
  it('[TS-4] is my own bid only, until it is decided or withdrawn', () => {
    expect(after([bid('other')]).bid).toBeNull();
    expect(after([bid('me')]).bid).toEqual({ urgency: 0.5, amount: 7, preview: '' });
    for (const end of ['floor.granted', 'floor.denied', 'floor.cancelled']) {
      expect(after([bid('me'), event(end, 3, { participant: 'other', grant: 3 })]).bid).not.toBeNull();
      expect(after([bid('me'), event(end, 3, { participant: 'me', grant: 3 })]).bid).toBeNull();
    }
  });

  it('is every result by its line, and as the latest only what came to something', () => {
    const decided = after([closed('w1', 'ann'), closed('w2', null)]);
    expect([...decided.results.keys()]).toEqual(['w1', 'w2']);
    expect(decided.latest?.data).toMatchObject({ window: 'w1' });
    const earlier = decideEarlier(decided, [closed('w0', 'bo'), event('topic.changed', 1, {})]);
    expect([...earlier.results.keys()]).toEqual(['w0', 'w1', 'w2']);
    expect(earlier.latest).toBe(decided.latest);
  });

  it('is bounded, however long a conversation lasts', () => {
    const many = Array.from({ length: 600 }, (_, index) => closed(`w${index}`, 'ann'));
    expect(after(many).results.size).toBe(500);
    expect(after(many).results.has('w599')).toBe(true);
  });

  it('puts the hub’s usual reasons into the reader’s language, and leaves others as they are', () => {
    const t = ((key: string, values: object) => `${key} ${JSON.stringify(values)}`) as never;
    expect(reasonText('priority 4.2 against -1', t)).toBe('reason.preempted {"one":4.2,"two":-1}');
    expect(reasonText('best of 3 with 1e-7', t)).toBe('reason.bid {"one":3,"two":1e-7}');
    expect(reasonText('because', t)).toBe('because');
  });
});

describe('lines spoken at once', () => {
  const line = (key: string, participant: string, from: number, to: number | null): TranscriptLine =>
    ({
      kind: 'utterance',
      key,
      participant,
      at: new Date(from).toISOString(),
      endedAt: to === null ? null : new Date(to).toISOString(),
      status: to === null ? 'speaking' : 'ended',
    }) as TranscriptLine;
  const note = { kind: 'floor', key: 'n', what: 'overlap' } as TranscriptLine;

  it('stand beside each other, also with a note between them', () => {
    const { beside, followers } = overlapsOf([line('a', 'ann', 0, null), note, line('b', 'bo', 5, 9)]);
    expect(beside.get('a')?.key).toBe('b');
    expect([...followers]).toEqual(['b']);
  });

  it('are only those that were: not one after the other, not of one speaker, and each in one pair', () => {
    expect(overlapsOf([line('a', 'ann', 0, 5), line('b', 'bo', 5, 9)]).beside.size).toBe(0);
    expect(overlapsOf([line('a', 'ann', 0, 5), line('b', 'ann', 2, 9)]).beside.size).toBe(0);
    const three = overlapsOf([line('a', 'ann', 0, 9), line('b', 'bo', 2, 9), line('c', 'cy', 3, 9)]);
    expect([...three.beside.keys()]).toEqual(['a']);
  });
});

describe('rules that are changed', () => {
  const { schema, root } = configSchemaIn(openApiDocument());
  const fields = fieldsOf(schema, root);
  const before = { floor: { strategy: { kind: 'sequential' }, timers: { silenceMs: 15_000 }, seed: 3 } };

  it('[FL-15] are sent as what differs, and a strategy of another kind whole', () => {
    expect(changes(fields, before, before)).toEqual({});
    const timers = { ...before, floor: { ...before.floor, timers: { silenceMs: 20_000 } } };
    expect(changes(fields, before, timers)).toEqual({ floor: { timers: { silenceMs: 20_000 } } });
    const other = {
      ...before,
      floor: { ...before.floor, strategy: { kind: 'bidding', bidWindowMs: 9_000 } },
    };
    expect(changes(fields, before, other)).toEqual({
      floor: { strategy: { kind: 'bidding', bidWindowMs: 9_000 } },
    });
    const tuned = { ...other, floor: { ...other.floor, strategy: { kind: 'bidding', bidWindowMs: 4_000 } } };
    expect(changes(fields, other, tuned)).toEqual({
      floor: { strategy: { kind: 'bidding', bidWindowMs: 4_000 } },
    });
  });

  it('go back to the default where a setting was taken out', () => {
    expect(
      changes(fields, before, { floor: { strategy: { kind: 'sequential' }, timers: {}, seed: 3 } }),
    ).toEqual({});
    const longer = { ...before, floor: { ...before.floor, timers: { silenceMs: 20_000 } } };
    expect(changes(fields, longer, { floor: { strategy: { kind: 'sequential' }, seed: 3 } })).toEqual({
      floor: { timers: { silenceMs: 15_000 } },
    });
  });

  it('have a ready-made beginning for every strategy, and the hub takes each', () => {
    const kinds = new Set<string>();
    for (const { config } of PRESETS) {
      const read = readSettings(configSpec, config, 'config');
      expect(read.ok).toBe(true);
      if (read.ok) kinds.add((read.value as { floor: { strategy: { kind: string } } }).floor.strategy.kind);
    }
    expect([...kinds].toSorted()).toEqual(Object.keys(turnStrategies).toSorted());
  });
});
