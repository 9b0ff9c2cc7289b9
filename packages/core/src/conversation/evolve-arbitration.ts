import { requestOf, without } from '../floor/floor.ts';
import type { FloorRequest } from '../floor/request.ts';
import { instantOf } from '../kernel/instant.ts';
import { appended } from '../kernel/list.ts';
import { LIMITS } from '../kernel/limits.ts';
import { nextRandom } from '../kernel/random.ts';
import { withFloor } from './evolve-floor.ts';
import type { Evolutions } from './evolutions.ts';
import type { State } from './state.ts';

/** Bid windows, ballots, collisions, credits. */
export const evolveArbitration: Evolutions<
  | 'bidding.opened'
  | 'bidding.closed'
  | 'bid.placed'
  | 'bid.passed'
  | 'bid.lost'
  | 'credits.changed'
  | 'ballot.opened'
  | 'ballot.closed'
  | 'vote.cast'
  | 'collision.detected'
> = {
  'bidding.opened': (state, { data, at }) =>
    withFloor(state, {
      window: { id: data.window, opensAt: at, closesAt: instantOf(data.closesAt), passed: [] },
      turnUnclaimed: false,
    }),
  'bidding.closed': (state) => withFloor(state, { window: null }),
  'bid.placed': (state, { data, at }) => {
    const { bid, participant, urgency, estimatedMs, preview, amount } = data;
    const claimed = appended(state.urgencies[participant] ?? [], urgency, LIMITS.rememberedUrgencies);
    const counted = { ...state, urgencies: { ...state.urgencies, [participant]: claimed } };
    return withRequest(counted, participant, ({ estimatedMs: _, preview: __, ...request }) => ({
      ...request,
      urgency,
      ...(estimatedMs === undefined ? {} : { estimatedMs }),
      ...(preview === undefined ? {} : { preview }),
      bid: { id: bid, amount: amount.value, at },
    }));
  },
  'bid.passed': (state, { data }) => {
    const { window } = state.floor;
    if (!window || window.passed.includes(data.participant)) return state;
    return withFloor(state, { window: { ...window, passed: [...window.passed, data.participant] } });
  },
  'bid.lost': (state) => state,
  'credits.changed': (state, { data }) => ({
    ...state,
    credits: { ...state.credits, [data.participant]: { balance: data.balance, escrow: data.escrow } },
  }),

  'ballot.opened': (state, { data }) =>
    withFloor(state, {
      ballot: {
        id: data.ballot,
        kind: data.kind,
        candidates: data.candidates,
        electorate: data.electorate,
        closesAt: instantOf(data.closesAt),
        choices: {},
      },
      ...(data.kind === 'turn' ? { turnUnclaimed: false } : {}),
    }),
  'ballot.closed': (state, { data }) => ({
    ...withFloor(state, {
      ballot: null,
      failedBallots: failuresAfter(state.floor.failedBallots, data),
    }),
    random: nextRandom(state.random).state,
  }),
  'vote.cast': (state, { data, hidden }) => {
    const { ballot } = state.floor;
    if (ballot?.id !== data.ballot || !hidden) return state;
    const choices = { ...ballot.choices, [data.participant]: hidden.choice };
    return withFloor(state, { ballot: { ...ballot, choices } });
  },

  'collision.detected': (state, { data }) => {
    let { backoff } = state.floor;
    for (const [id, each] of Object.entries(data.tries ?? {})) {
      backoff = each
        ? { ...backoff, [id]: { collisions: each.collisions, until: instantOf(each.until) } }
        : without(backoff, id);
    }
    const met = data.participants.at(-1) ?? '';
    const marked = withRequest(state, met, (request) => ({ ...request, collided: data.keeps !== null }));
    return {
      ...withFloor(marked, { backoff }),
      random: nextRandom(state.random).state,
    };
  },
};

function withRequest(state: State, id: string, change: (request: FloorRequest) => FloorRequest): State {
  const request = requestOf(state.floor, id);
  if (!request) return state;
  return withFloor(state, {
    queue: state.floor.queue.map((other) => (other === request ? change(request) : other)),
  });
}

/** TS-18: ballots in a row that chose nobody; one that came to nothing because nobody stood ends the row. */
function failuresAfter(
  before: number,
  { kind, outcome }: { kind: 'turn' | 'motion'; outcome: string },
): number {
  if (kind === 'motion') return before;
  return outcome === 'failed' ? before + 1 : 0;
}
