import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ledger } from './ledger.ts';
import { accountOf, hold, mint, refund, share, totalOf } from './ledger.ts';

const ledger: Ledger = {
  ann: { balance: 90, escrow: 10 },
  bob: { balance: 93, escrow: 7 },
  cy: { balance: 100, escrow: 0 },
};

describe('the ledger', () => {
  it('[TS-8] holds and refunds between balance and escrow, and mints and burns in the open', () => {
    expect(accountOf(hold(ledger, 'ann', 5), 'ann')).toEqual({ balance: 85, escrow: 15 });
    expect(accountOf(refund(ledger, 'ann', 10), 'ann')).toEqual({ balance: 100, escrow: 0 });
    expect(accountOf(mint(ledger, 'cy', 5), 'cy')).toEqual({ balance: 105, escrow: 0 });
    expect(accountOf(mint(ledger, 'cy', -5), 'cy')).toEqual({ balance: 95, escrow: 0 });
    expect(accountOf(ledger, 'nobody')).toEqual({ balance: 0, escrow: 0 });
    expect(totalOf(ledger)).toBe(300);
  });

  it('[TS-8] shares payments out in whole units, the remainder one by one from the first', () => {
    const after = share(ledger, [{ participant: 'ann', amount: 5 }], ['bob', 'cy']);
    expect(after).toEqual({
      ann: { balance: 90, escrow: 5 },
      bob: { balance: 96, escrow: 7 },
      cy: { balance: 102, escrow: 0 },
    });
    expect(accountOf(share(ledger, [{ participant: 'ann', amount: 1 }], ['bob', 'cy']), 'cy').balance).toBe(
      100,
    );
  });

  it('[TS-8] gives payments back where there is nobody to receive them', () => {
    const after = share(ledger, [{ participant: 'ann', amount: 10 }], []);
    expect(accountOf(after, 'ann')).toEqual({ balance: 100, escrow: 0 });
  });

  it('[TS-8] [FL-10] no sharing makes credits or loses any, or gives one of the receivers two more than another', () => {
    const amount = fc.integer({ min: 0, max: 1_000 });
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 6 }), fc.nat(6), (paid, count) => {
        const payers = paid.map((_, index) => `payer${index}`);
        const receivers = Array.from({ length: count }, (_, index) => `receiver${index}`);
        const before = Object.fromEntries(
          payers.map((id, index) => [id, { balance: 0, escrow: paid[index] ?? 0 }]),
        );
        const payments = payers.map((participant, index) => ({ participant, amount: paid[index] ?? 0 }));
        const after = share(before, payments, receivers);
        expect(totalOf(after)).toBe(totalOf(before));
        const shares = receivers.map((id) => accountOf(after, id).balance);
        expect(Math.max(0, ...shares) - Math.min(...shares, Math.max(0, ...shares))).toBeLessThanOrEqual(1);
        expect(shares).toEqual(shares.toSorted((a, b) => b - a));
        for (const id of payers) expect(accountOf(after, id).escrow).toBe(0);
      }),
    );
  });
});
