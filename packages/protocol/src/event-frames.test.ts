import type { DurableEvent, EphemeralEvent } from '@parley/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchFrame, decodeEvent, encodeEvent, withAfter } from './event-frames.ts';

const joined: DurableEvent<'participant.left'> = {
  type: 'participant.left',
  seq: 9,
  at: Date.UTC(2026, 0, 1),
  by: 'prt_1',
  data: { participant: 'prt_1', cause: 'left' },
  audience: 'all',
};

describe('encodeEvent', () => {
  it('writes a durable event once for everybody', () => {
    expect(encodeEvent('cnv_1', joined)).toBe(
      '{"event":"participant.left","conversation":"cnv_1","seq":9,"at":"2026-01-01T00:00:00.000Z",' +
        '"by":"prt_1","data":{"participant":"prt_1","cause":"left"}}',
    );
  });

  it('gives an ephemeral event no seq, and a deadline’s event no author', () => {
    const event: EphemeralEvent<'signal'> = {
      type: 'signal',
      at: 0,
      data: { participant: 'prt_1', kind: 'hand' },
      audience: ['prt_2'],
    };
    expect(encodeEvent('cnv_1', event)).toBe(
      '{"event":"signal","conversation":"cnv_1","at":"1970-01-01T00:00:00.000Z",' +
        '"data":{"participant":"prt_1","kind":"hand"}}',
    );
  });

  it('shows nobody what is hidden, nor for whom it is', () => {
    const json = encodeEvent('cnv_1', {
      type: 'conversation.created',
      seq: 1,
      at: 0,
      data: { conversation: 'cnv_1', epoch: 'e', title: '', config: {} as never },
      hidden: { createdBy: 'the-principal' },
      audience: ['prt_7'],
    });
    expect(json).not.toContain('the-principal');
    expect(json).not.toContain('prt_7');
  });
});

describe('decodeEvent', () => {
  it('gives back what encodeEvent wrote, with what is kept beside it', () => {
    const event: DurableEvent<'speech.ended'> = {
      type: 'speech.ended',
      seq: 12,
      at: 1_767_225_600_123,
      data: {
        utterance: 'utt_11',
        participant: 'prt_1',
        grant: 10,
        text: 'Line one\n\t"two" \u{1F600}',
        parts: [],
        startedAt: '2026-01-01T00:00:00.000Z',
        endedAt: '2026-01-01T00:00:00.123Z',
        topics: [],
        addressedTo: [],
        inReplyTo: null,
      },
      audience: ['prt_1', 'prt_2'],
    };
    expect(decodeEvent(encodeEvent('c', event), undefined, event.audience)).toEqual(event);
    const hidden = { principal: 'p', invite: { id: 'i', expiresAt: 5 } };
    expect(decodeEvent(encodeEvent('c', joined), JSON.stringify(hidden), 'all')).toEqual({
      ...joined,
      hidden,
    });
  });

  it.each(['null', '7', '{}', '{"event":"signal","at":"2026-01-01T00:00:00.000Z","data":{}}'])(
    'does not take %s for a durable event',
    (json) => {
      expect(() => decodeEvent(json, undefined, 'all')).toThrow('not a durable event');
    },
  );
});

describe('frames for a recipient', () => {
  it('adds after without parsing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (data, after) => {
        const json = JSON.stringify({ event: 'x', data });
        expect(JSON.parse(withAfter(json, after))).toEqual({ after, ...(JSON.parse(json) as object) });
      }),
    );
  });

  it('puts several frames into one', () => {
    const frames = ['{"a":1}', '{"b":[2]}'];
    expect(JSON.parse(batchFrame(frames))).toEqual({ batch: [{ a: 1 }, { b: [2] }] });
    expect(batchFrame(['{"a":1}'])).toBe('{"a":1}');
  });
});
