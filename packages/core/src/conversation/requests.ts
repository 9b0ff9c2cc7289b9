import { holderOf, requestOf } from '../floor/floor.ts';
import type { ParticipantId } from '../kernel/id.ts';
import { idFor } from '../kernel/id.ts';
import type { Instant } from '../kernel/instant.ts';
import { iso } from '../kernel/instant.ts';
import { LIMITS } from '../kernel/limits.ts';
import type { Result } from '../kernel/result.ts';
import { ok } from '../kernel/result.ts';
import { accountOf } from '../credits/ledger.ts';
import type { Amount, CommandData } from './commands.ts';
import { escrow, privateTo } from './credits.ts';
import type { Draft } from './draft.ts';
import { estimatedWaitMs, queuePositionOf, turnStrategyOf } from './floor-view.ts';
import type { Reply } from './handler.ts';
import { invalid, rejected } from './handler.ts';
import type { Rejection } from './rejections.ts';
import type { State } from './state.ts';

type Wish = CommandData['floor.request'];

/** Bids are sealed and in credits; only the bidding strategy takes them (TS-3). */
const takesBids = (state: State): boolean => state.config.floor.strategy.kind === 'bidding';

/** FL-4: one live request per participant; asking again keeps the place and updates the rest. */
export function enqueue(draft: Draft, id: ParticipantId, wish: Wish): Result<true, Rejection> {
  const { state, at } = draft;
  if (holderOf(state.floor, id)) return rejected('floor.already_holder', 'You hold the floor.');
  const rested = checkRetry(state, id, at);
  if (!rested.ok) return rested;
  const before = requestOf(state.floor, id);
  if (!before && state.floor.queue.length >= state.config.floor.queueLengthMax) {
    return rejected(
      'floor.queue_full',
      `At most ${state.config.floor.queueLengthMax} may wait for the floor.`,
    );
  }
  const sound = checkWish(state, id, wish);
  if (!sound.ok) return sound;
  const { amount: _, ...open } = wish;
  draft.emit('floor.requested', {
    participant: id,
    status: turnStrategyOf(state).waitsAs,
    queuePosition: queuePositionOf(state, at, id) ?? state.floor.queue.length + 1,
    ...(takesBids(state) ? {} : open),
  });
  if (takesBids(state)) placeBid(draft, id, wish);
  return ok(true);
}

/** After a turn that was too long, the floor is not asked for again at once, nor taken. */
export function checkRetry(state: State, id: ParticipantId, at: Instant): Result<true, Rejection> {
  const retryAt = state.floor.retryAt[id] ?? 0;
  if (at >= retryAt) return ok(true);
  return rejected('floor.retry_after', 'Your last turn was too long; ask again a little later.', {
    retryAfterMs: retryAt - at,
  });
}

/** Writes down a sealed bid and puts what it offers into escrow. */
export function placeBid(draft: Draft, participant: ParticipantId, wish: Wish): string {
  const { state } = draft;
  const bid = idFor.bid(draft.nextSeq);
  const before = requestOf(state.floor, participant)?.bid?.amount ?? 0;
  const value = wish.amount?.value ?? 0;
  draft.emit(
    'bid.placed',
    {
      bid,
      window: state.floor.window?.id ?? null,
      participant,
      urgency: wish.urgency ?? 0,
      ...(wish.estimatedMs === undefined ? {} : { estimatedMs: wish.estimatedMs }),
      ...(wish.preview === undefined ? {} : { preview: wish.preview }),
      amount: { currency: state.config.credits.currency, value },
    },
    { audience: privateTo(state, participant) },
  );
  escrow(draft, participant, value, before);
  return bid;
}

/** TS-5: numbers that mean something, in credits that are there. */
export function checkWish(state: State, id: ParticipantId, wish: Wish): Result<true, Rejection> {
  const bids = takesBids(state);
  const bad = (path: string, expected: string): Result<never, Rejection> =>
    bids
      ? rejected('bidding.invalid', `${path}: expected ${expected}`, { details: { path, expected } })
      : invalid(path, expected);
  const { urgency, estimatedMs, amount } = wish;
  if (urgency !== undefined && !(urgency >= 0 && urgency <= 1))
    return bad('data.urgency', 'a number from 0 to 1');
  if (estimatedMs !== undefined && !(estimatedMs >= 0 && estimatedMs <= LIMITS.estimateMs)) {
    return bad('data.estimatedMs', `milliseconds from 0 to ${LIMITS.estimateMs}`);
  }
  if (amount === undefined) return ok(true);
  return bids
    ? checkAmount(state, id, amount, bad)
    : bad('data.amount', 'nothing: this conversation takes no bids');
}

function checkAmount(
  state: State,
  id: ParticipantId,
  { currency, value }: Amount,
  bad: (path: string, expected: string) => Result<never, Rejection>,
): Result<true, Rejection> {
  if (currency !== state.config.credits.currency) {
    return bad('data.amount.currency', state.config.credits.currency);
  }
  if (!Number.isSafeInteger(value) || value < 0) return bad('data.amount.value', 'whole units, 0 or more');
  const { balance } = accountOf(state.credits, id);
  const available = balance + (requestOf(state.floor, id)?.bid?.amount ?? 0);
  if (value <= available) return ok(true);
  return rejected('bidding.insufficient_credits', `You have ${available} ${currency}.`, {
    details: { path: 'data.amount.value', available },
  });
}

/** The answer to a request, when the floor has come to rest. */
export function requestReply({ state, at }: Draft, id: ParticipantId): Reply {
  const grant = holderOf(state.floor, id);
  if (grant) return { status: 'granted', grant: grant.grant, endsAt: iso(grant.since + grant.turnMs) };
  const position = queuePositionOf(state, at, id);
  const { window, ballot } = state.floor;
  return {
    status: position === null ? 'denied' : turnStrategyOf(state).waitsAs,
    ...(position === null
      ? {}
      : { queuePosition: position, estimatedWaitMs: estimatedWaitMs(state, at, position) }),
    ...(window ? { window: window.id, closesAt: iso(window.closesAt) } : {}),
    ...(ballot?.kind === 'turn' ? { ballot: ballot.id, closesAt: iso(ballot.closesAt) } : {}),
  };
}
