import type { ParticipantId } from '../kernel/id.ts';

/** Whole units. `balance` is what can still be bid; `escrow` is bid and not settled yet. */
export interface Account {
  readonly balance: number;
  readonly escrow: number;
}

/** One account for each member. No move makes credits or loses any, but `mint` (with a negative amount: burn). */
export type Ledger = Readonly<Record<ParticipantId, Account>>;

const noAccount: Account = { balance: 0, escrow: 0 };

export const accountOf = (ledger: Ledger, id: ParticipantId): Account => ledger[id] ?? noAccount;

/** Balances and escrow together. */
export const totalOf = (ledger: Ledger): number =>
  Object.values(ledger).reduce((sum, { balance, escrow }) => sum + balance + escrow, 0);

export const mint = (ledger: Ledger, id: ParticipantId, amount: number): Ledger =>
  changed(ledger, id, amount, 0);

/** Puts `amount` aside for a bid; the caller has checked the balance. */
export const hold = (ledger: Ledger, id: ParticipantId, amount: number): Ledger =>
  changed(ledger, id, -amount, amount);

/** Gives what was put aside back. */
export const refund = (ledger: Ledger, id: ParticipantId, amount: number): Ledger =>
  changed(ledger, id, amount, -amount);

/** What somebody pays out of what it had put aside. */
export interface Payment {
  readonly participant: ParticipantId;
  readonly amount: number;
}

/**
 * Takes payments out of escrow and shares their sum out equally in whole units, the remainder one by
 * one in the order of `receivers` (join order). With nobody to receive, the payers get it back.
 */
export function share(
  ledger: Ledger,
  payments: readonly Payment[],
  receivers: readonly ParticipantId[],
): Ledger {
  if (receivers.length === 0) {
    return payments.reduce((after, { participant, amount }) => refund(after, participant, amount), ledger);
  }
  let after = ledger;
  let pot = 0;
  for (const { participant, amount } of payments) {
    after = changed(after, participant, 0, -amount);
    pot += amount;
  }
  const each = Math.floor(pot / receivers.length);
  const remainder = pot - each * receivers.length;
  receivers.forEach((id, index) => {
    after = changed(after, id, each + (index < remainder ? 1 : 0), 0);
  });
  return after;
}

function changed(ledger: Ledger, id: ParticipantId, balance: number, escrow: number): Ledger {
  if (balance === 0 && escrow === 0) return ledger;
  const before = accountOf(ledger, id);
  return { ...ledger, [id]: { balance: before.balance + balance, escrow: before.escrow + escrow } };
}
