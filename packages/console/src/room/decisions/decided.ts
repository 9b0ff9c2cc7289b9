import type { DurableWireEvent, WireEvent } from '@parley/client';

type ResultType = 'bidding.closed' | 'ballot.closed' | 'collision.detected' | 'overlap.ended';
/** How it was decided who speaks: the event itself, with every number. */
export type Result = DurableWireEvent<ResultType>;

/** A bid of mine that has not been decided yet. */
export interface MyBid {
  readonly urgency: number;
  readonly amount: number;
  readonly preview: string;
}

/** What the view of a conversation does not keep: how decisions came out, and what was given as a reason. */
export interface Decided {
  /** By the key of the line that tells of it. */
  readonly results: ReadonlyMap<string, Result>;
  readonly latest: Result | null;
  /** Why a turn was granted, and why it is being ended, by its grant. */
  readonly reasons: ReadonlyMap<number, string>;
  readonly revoking: ReadonlyMap<number, { readonly cause: string; readonly reason: string | undefined }>;
  /** Why somebody wants to interrupt, by the interruption. */
  readonly wishes: ReadonlyMap<string, string>;
  readonly bid: MyBid | null;
}

/** So much is remembered of each; older lines show what the SDK says about them. */
const KEPT = 500;

export const nothingDecided: Decided = {
  results: new Map(),
  latest: null,
  reasons: new Map(),
  revoking: new Map(),
  wishes: new Map(),
  bid: null,
};

/** The line of the transcript that tells of a result. */
export function keyOf(result: Result): string {
  switch (result.event) {
    case 'bidding.closed':
      return result.data.window;
    case 'ballot.closed':
      return result.data.ballot;
    case 'overlap.ended':
      return result.data.interruption;
    case 'collision.detected':
      return `seq-${result.seq}`;
  }
}

/** One event more. Answers the same object where the event says nothing about decisions. */
export function decide(before: Decided, event: WireEvent, me: string): Decided {
  switch (event.event) {
    case 'bidding.closed':
    case 'ballot.closed':
    case 'collision.detected':
    case 'overlap.ended':
      return withResult(before, event);
    case 'bid.placed': {
      if (event.data.participant !== me) return before;
      const { urgency, amount, preview = '' } = event.data;
      return { ...before, bid: { urgency, amount: amount.value, preview } };
    }
    case 'floor.granted': {
      const { grant, participant, reason } = event.data;
      const known = participant === me ? { ...before, bid: null } : before;
      return reason === undefined ? known : { ...known, reasons: plus(before.reasons, grant, reason) };
    }
    case 'floor.denied':
    case 'floor.cancelled':
      return event.data.participant === me && before.bid !== null ? { ...before, bid: null } : before;
    case 'floor.revoking': {
      const { grant, cause, reason } = event.data;
      return { ...before, revoking: plus(before.revoking, grant, { cause, reason }) };
    }
    case 'interruption.requested': {
      const { interruption, reason } = event.data;
      return reason === undefined ? before : { ...before, wishes: plus(before.wishes, interruption, reason) };
    }
    default:
      return before;
  }
}

/** Older events, read later: they fill in results and change nothing that is current. */
export function decideEarlier(before: Decided, events: readonly WireEvent[]): Decided {
  const earlier = events.filter(isResult).map((event) => [keyOf(event), event] as const);
  return earlier.length === 0
    ? before
    : { ...before, results: new Map([...earlier, ...before.results].slice(-KEPT)) };
}

function withResult(before: Decided, result: Result): Decided {
  const results = plus(before.results, keyOf(result), result);
  // What was closed without effect is no result that anybody waits for.
  const without =
    (result.event === 'bidding.closed' && result.data.winner === null) ||
    (result.event === 'ballot.closed' && ['void', 'moot'].includes(result.data.outcome));
  return { ...before, results, latest: without ? before.latest : result };
}

const RESULTS: ReadonlySet<string> = new Set<ResultType>([
  'bidding.closed',
  'ballot.closed',
  'collision.detected',
  'overlap.ended',
]);
const isResult = (event: WireEvent): event is Result => RESULTS.has(event.event);

function plus<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  const more = new Map(map).set(key, value);
  for (const oldest of more.keys()) {
    if (more.size <= KEPT) break;
    more.delete(oldest);
  }
  return more;
}
