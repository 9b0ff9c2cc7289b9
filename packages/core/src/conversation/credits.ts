import type { Ledger, Payment } from '../credits/ledger.ts';
import { accountOf, hold, mint, refund, share } from '../credits/ledger.ts';
import type { Grant, RevokeCause } from '../floor/grant.ts';
import type { ParticipantId } from '../kernel/id.ts';
import { isModerator, isObserver } from '../participants/role.ts';
import type { Draft } from './draft.ts';
import type { CreditCause } from './arbitration-events.ts';
import type { State } from './state.ts';

/** Whoever owns an account and the moderators see what happens to it. */
export const privateTo = (state: State, id: ParticipantId): readonly ParticipantId[] =>
  Object.values(state.participants)
    .filter(({ profile }) => profile.id === id || isModerator(profile.roles))
    .map(({ profile }) => profile.id);

/** Writes down every account that differs between the state's ledger and `after`. */
function record(draft: Draft, after: Ledger, causeOf: (id: ParticipantId) => CreditCause): void {
  const before = draft.state.credits;
  for (const [participant, account] of Object.entries(after)) {
    const { balance, escrow } = accountOf(before, participant);
    if (balance === account.balance && escrow === account.escrow) continue;
    draft.emit(
      'credits.changed',
      { participant, currency: draft.state.config.credits.currency, ...account, cause: causeOf(participant) },
      { audience: privateTo(draft.state, participant) },
    );
  }
}

/** Puts the difference to what a bidder offered before into escrow, or gives it back. */
export function escrow(draft: Draft, id: ParticipantId, amount: number, before: number): void {
  if (amount === before) return;
  record(draft, hold(draft.state.credits, id, amount - before), () => (amount > before ? 'bid' : 'refund'));
}

/** TS-8: settles a window. What is not paid and not staked goes back; payments go to the present non-winners. */
export function settleWindow(
  draft: Draft,
  offers: readonly { participant: ParticipantId; amount: number; pays: number; stakes: boolean }[],
  winner: ParticipantId | null,
): void {
  const payments: Payment[] = offers.map(({ participant, pays }) => ({ participant, amount: pays }));
  let after = draft.state.credits;
  for (const { participant, amount, pays, stakes } of offers) {
    if (!stakes) after = refund(after, participant, amount - pays);
  }
  after = share(after, payments, receivers(draft.state, winner));
  const paid = new Set(payments.filter(({ amount }) => amount > 0).map(({ participant }) => participant));
  record(draft, after, (id) =>
    paid.has(id) ? 'payment' : offers.some(({ participant }) => participant === id) ? 'refund' : 'share',
  );
}

/** TS-8: time credits pay for the milliseconds spoken; a stake of reputation is lost or given back. */
export function endStake(draft: Draft, grant: Grant, cause: RevokeCause | null): void {
  const { state, at } = draft;
  if (grant.stake === 0 && state.config.credits.currency !== 'timeCredits') return;
  const id = grant.participant;
  if (!Object.hasOwn(state.credits, id)) return;
  let ledger = state.credits;
  let price = 0;
  if (state.config.credits.currency === 'timeCredits') {
    // How it was won counts, whatever strategy holds by now.
    if (grant.cause !== 'bid') return;
    const spokenMs = grant.firstContentAt === null ? 0 : at - grant.firstContentAt;
    price = Math.min(spokenMs, grant.stake + accountOf(ledger, id).balance);
    if (price > grant.stake) ledger = hold(ledger, id, price - grant.stake);
  } else {
    price = cause === 'too_long' || cause === 'no_content' || isRatedBelow(state, grant) ? grant.stake : 0;
  }
  ledger = refund(ledger, id, Math.max(0, grant.stake - price));
  ledger = share(ledger, [{ participant: id, amount: price }], receivers(state, id));
  record(draft, ledger, (changed) => (changed !== id ? 'share' : price > 0 ? 'payment' : 'refund'));
}

/** An explicit mint, or with a negative amount a burn. */
export const mintCredits = (draft: Draft, id: ParticipantId, value: number): void =>
  record(draft, mint(draft.state.credits, id, value), () => (value < 0 ? 'burn' : 'mint'));

/** Present members but the winner and the observers, in join order. */
const receivers = (state: State, winner: ParticipantId | null): ParticipantId[] =>
  Object.values(state.participants)
    .filter(({ profile, disconnectedAt }) => disconnectedAt === null && !isObserver(profile.roles))
    .map(({ profile }) => profile.id)
    .filter((id) => id !== winner);

function isRatedBelow(state: State, grant: Grant): boolean {
  const ratings = state.recentUtterances
    .filter((utterance) => utterance.grant === grant.grant)
    .flatMap((utterance) => Object.values(utterance.ratings));
  if (ratings.length === 0) return false;
  const mean = ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length;
  return mean < Number(state.config.floor.strategy['ratingThreshold'] ?? -1);
}
