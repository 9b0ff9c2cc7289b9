import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf, iso } from './instant.ts';

describe('instants as texts', () => {
  it('are written as the platform writes them, whatever was written before', () => {
    const near = fc.integer({ min: 0, max: 1_200_000 }).map((ms) => 1_700_000_000_000 + ms);
    const any = fc.oneof(
      near,
      fc.integer({ min: 0, max: 8.64e15 }),
      fc.integer({ min: -1e9, max: 0 }),
      fc.double({ min: 0, max: 1e12, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(any, { maxLength: 20 }), (instants) => {
        for (const at of instants) expect(iso(at)).toBe(new Date(at).toISOString());
      }),
    );
    for (const at of [59_999, 60_000, 0, 60_001, 8 * 60_000])
      expect(iso(at)).toBe(new Date(at).toISOString());
  });

  it('are read back to the millisecond', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e9, max: 8.64e15 }), { maxLength: 9 }), (instants) => {
        const texts = instants.map(iso);
        expect(texts.map(instantOf)).toEqual(instants);
        for (const at of instants) expect(instantOf(iso(at))).toBe(at);
      }),
    );
  });

  it('refuse what is no instant', () => {
    expect(() => iso(Number.NaN)).toThrow(RangeError);
    expect(() => iso(8.64e15 + 1)).toThrow(RangeError);
  });
});
