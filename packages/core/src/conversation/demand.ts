import { noContribution } from '../fairness/contributions.ts';
import { holderOf, requestOf } from '../floor/floor.ts';
import type { ParticipantId } from '../kernel/id.ts';
import type { Instant, Millis } from '../kernel/instant.ts';
import { entriesOf, entryOf } from '../kernel/table.ts';
import type { State } from './state.ts';

/** How much of the floor somebody had, and how long it wanted it. */
export interface Demand {
  readonly speakingMs: Millis;
  /** Spent wanting the floor: with a live request, or holding it. */
  readonly demandMs: Millis;
}

/** Turns and waits that go on count as far as they have gone. */
export function demandOf(state: State, id: ParticipantId, at: Instant): Demand {
  const sum = entryOf(state.contributions, id) ?? noContribution;
  const grant = holderOf(state.floor, id);
  const request = requestOf(state.floor, id);
  const speakingMs = sum.speakingMs + (grant ? Math.max(0, at - grant.since) : 0);
  const waitingMs = sum.waitingMs + (request ? Math.max(0, at - request.since) : 0);
  return { speakingMs, demandMs: speakingMs + waitingMs };
}

/**
 * Speaking time for each millisecond of demand, of the members that have wanted the floor: what Jain's
 * index, the Gini coefficient and evenness are taken over. All members weigh alike.
 */
export function fairShares(state: State, at: Instant): number[] {
  return entriesOf(state.contributions).flatMap(([id]) => {
    const { speakingMs, demandMs } = demandOf(state, id, at);
    return demandMs === 0 || !Object.hasOwn(state.participants, id) ? [] : [speakingMs / demandMs];
  });
}
