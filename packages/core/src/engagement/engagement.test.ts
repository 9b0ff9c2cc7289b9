import { describe, expect, it } from 'vitest';
import { engagementOf, engagements, engagementSpec } from './registry.ts';

const idle = { addressed: false, question: false };
const table = [
  // kind, something said, a question, addressed, takes offers
  ['onOffer', false, false, false, true],
  ['whenAddressed', false, false, true, false],
  ['onQuestion', false, true, true, false],
  ['everyTurn', true, true, true, true],
  ['onSilence', false, false, true, false],
  ['bid', false, false, false, false],
] as const;

describe('engagement', () => {
  it('has a row of this table for each entry of the registry', () => {
    expect(table.map(([kind]) => kind)).toEqual(Object.keys(engagements));
    expect(Object.keys(engagementSpec.kinds)).toEqual(Object.keys(engagements));
  });

  it.each(table)('%s: something said %s, a question %s, addressed %s, an offer %s', (kind, ...wanted) => {
    const engagement = engagementOf({ kind });
    expect([
      engagement.wants(idle),
      engagement.wants({ ...idle, question: true }),
      engagement.wants({ ...idle, addressed: true }),
      engagement.takesOffers,
    ]).toEqual(wanted);
  });

  it('only one waits for silence, and only one is asked for bids', () => {
    const all = Object.values(engagements);
    expect(all.filter(({ bids }) => bids).map(({ kind }) => kind)).toEqual(['bid']);
    expect(all.map((each) => each.silenceMs({ afterMs: 700 }))).toEqual([null, null, null, null, 700, null]);
  });
});
