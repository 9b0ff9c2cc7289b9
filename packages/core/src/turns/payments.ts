import type { Bid } from '../floor/window.ts';
import type { ParticipantId } from '../kernel/id.ts';

/**
 * TS-8: what a bidder pays when the window closes, in whole units.
 * `leastWinning(id, most)` is the least amount up to `most` with which `id` would still have won.
 */
export type PaymentRule = (
  bid: Bid,
  wins: boolean,
  leastWinning: (id: ParticipantId, most: number) => number,
) => number;

const none: PaymentRule = () => 0;

export const paymentRules = {
  none,
  firstPrice: (bid, wins) => (wins ? bid.amount : 0),
  secondPrice: (bid, wins, leastWinning) => (wins ? leastWinning(bid.participant, bid.amount) : 0),
  allPay: (bid) => bid.amount,
} as const satisfies Record<string, PaymentRule>;

/** The rule of this name; an unknown name cannot be configured. */
export const paymentRule = (name: unknown): PaymentRule =>
  Object.hasOwn(paymentRules, String(name)) ? paymentRules[name as keyof typeof paymentRules] : none;
