import type { Contribution } from '../fairness/contributions.ts';
import { afterTurn, afterWait, noContribution } from '../fairness/contributions.ts';
import type { Floor } from '../floor/floor.ts';
import { requestOf, without } from '../floor/floor.ts';
import type { ReportedFailure } from '../floor/failure.ts';
import { failureOf } from '../floor/failure.ts';
import type { Grant, RevokeCause } from '../floor/grant.ts';
import type { FloorRequest } from '../floor/request.ts';
import type { Rotation } from '../floor/rotation.ts';
import type { ParticipantId, Seq } from '../kernel/id.ts';
import type { Instant, Millis } from '../kernel/instant.ts';
import { instantOf } from '../kernel/instant.ts';
import { appended } from '../kernel/list.ts';
import { LIMITS } from '../kernel/limits.ts';
import { entryOf, withEntry } from '../kernel/table.ts';
import type { ReplyWindow } from './events.ts';
import type { Evolutions } from './evolutions.ts';
import type { State } from './state.ts';
import { withMember } from './state.ts';

export const evolveFloor: Evolutions<
  | 'floor.requested'
  | 'floor.granted'
  | 'floor.released'
  | 'floor.revoking'
  | 'floor.revoked'
  | 'floor.denied'
  | 'floor.cancelled'
  | 'floor.extended'
  | 'floor.reordered'
  | 'floor.expiring'
> = {
  'floor.requested': (state, { data, seq, at }) => {
    const { queuePosition: _, pinned, since, ...parameters } = data;
    const asked = data.resumes ? notOwed(state, data.participant) : state;
    const before = requestOf(asked.floor, data.participant);
    const request: FloorRequest = {
      ...(before ?? { seq, since: since === undefined ? at : instantOf(since) }),
      ...parameters,
      ...(pinned ? { pinned } : {}),
    };
    const { queue } = asked.floor;
    const offered = pinned ? notMissed(asked, data.participant) : asked;
    if (before)
      return withFloor(offered, { queue: queue.map((other) => (other === before ? request : other)) });
    return withFloor(offered, { queue: pinned ? [request, ...queue] : [...queue, request] });
  },
  'floor.granted': (state, { data, at }) => {
    const request = requestOf(state.floor, data.participant);
    const grant: Grant = {
      participant: data.participant,
      grant: data.grant,
      since: at,
      cause: data.cause,
      turnMs: instantOf(data.endsAt) - at,
      armedAt: at,
      firstContentAt: null,
      lastContentAt: null,
      revoking: null,
      spoke: false,
      utterance: null,
      asks: [],
      addressed: [],
      request: {
        since: request?.since ?? at,
        waitedMs: request ? at - request.since : 0,
        ...urgencyOf(data.urgency ?? request?.urgency),
        preemptions: request?.resumes?.preemptions ?? 0,
      },
      stake: data.stake ?? 0,
      interrupted: data.interrupted ?? null,
      asked: {},
      motions: 0,
    };
    const owed = notMissed(withoutRequest(state, data.participant, at), data.participant);
    const waited = notOwed(owed, data.participant);
    const joinOrder = state.participants[data.participant]?.joinOrder ?? 0;
    const { rotation } = waited.floor;
    return withFloor(waited, {
      holders: [...waited.floor.holders, grant],
      replyWindow: windowWithout(waited.floor.replyWindow, data.participant, at),
      turnUnclaimed: false,
      failedBallots: 0,
      pastGrants: remembered(waited.floor.pastGrants, data.participant, data.grant),
      rotation: { ...rotation, after: joinOrder, debts: without(rotation.debts, data.participant) },
    });
  },
  'floor.released': (state, { data, at }) =>
    afterTurnOf(state, data.participant, at, { window: data.replyWindow, cause: null, failed: data.failed }),
  'floor.revoking': (state, { data }) =>
    withGrant(state, data.grant, (grant) => ({
      ...grant,
      revoking: {
        cause: data.cause,
        cutAt: instantOf(data.cutAt),
        ...(data.reason === undefined ? {} : { reason: data.reason }),
      },
    })),
  'floor.revoked': (state, { data, at }) => {
    const { participant, replyWindow: window, cause, missed } = data;
    const ended = afterTurnOf(state, participant, at, { window, cause, failed: undefined });
    const after = missed ? withMissed(ended, participant, missed.remainingMs) : ended;
    if (data.retryAt === undefined) return after;
    return withFloor(after, {
      retryAt: { ...after.floor.retryAt, [data.participant]: instantOf(data.retryAt) },
    });
  },
  'floor.denied': (state, { data, at }) => {
    const denied = withoutWish(state, data.participant, at);
    // TS-18: that was what came of the ballots; the next request begins anew.
    return data.cause === 'no_consensus' ? withFloor(denied, { failedBallots: 0 }) : denied;
  },
  'floor.cancelled': (state, { data, at }) =>
    notMissed(withoutWish(state, data.participant, at), data.participant),
  'floor.extended': (state, { data }) => {
    const extended = withGrant(state, data.grant, (grant) => ({
      ...grant,
      turnMs: grant.turnMs + data.ms,
      revoking: null,
    }));
    return {
      ...extended,
      live: { ...extended.live, warned: without(extended.live.warned, String(data.grant)) },
    };
  },
  // Everybody up to the place that was asked for is served in this order, whatever the strategy says.
  'floor.reordered': (state, { data }) => {
    const queue = data.queue
      .map((id) => requestOf(state.floor, id))
      .filter((request): request is FloorRequest => request !== undefined)
      .map((request, index) => (index < data.position ? { ...request, pinned: true } : request));
    return withFloor(state, { queue });
  },
  'floor.expiring': (state, { data }) => ({
    ...state,
    live: { ...state.live, warned: { ...state.live.warned, [data.grant]: true } },
  }),
};

export const withFloor = (state: State, change: Partial<Floor>): State => ({
  ...state,
  floor: { ...state.floor, ...change },
});

/** Changes the live grant with this number, if there is one. */
export const withGrant = (state: State, seq: Seq, change: (grant: Grant) => Grant): State =>
  withFloor(state, {
    holders: state.floor.holders.map((grant) => (grant.grant === seq ? change(grant) : grant)),
  });

export const withContribution = (
  state: State,
  id: ParticipantId,
  change: (sum: Contribution) => Contribution,
): State => ({
  ...state,
  contributions: withEntry(
    state.contributions,
    id,
    change(entryOf(state.contributions, id) ?? noContribution),
  ),
});

/** Takes a request out of the queue, whatever became of it; the time it waited counts. */
export function withoutRequest(state: State, id: ParticipantId, at: Instant): State {
  const request = requestOf(state.floor, id);
  if (!request) return state;
  const counted = withContribution(state, id, (sum) => afterWait(sum, at - request.since));
  return withFloor(counted, { queue: counted.floor.queue.filter((other) => other !== request) });
}

const withMissed = (state: State, id: ParticipantId, remainingMs: Millis): State =>
  withFloor(state, { missed: { ...state.floor.missed, [id]: remainingMs } });

/** PR-3: a missed turn is offered once. */
export const notMissed = (state: State, id: ParticipantId): State =>
  Object.hasOwn(state.floor.missed, id)
    ? withFloor(state, { missed: without(state.floor.missed, id) })
    : state;

/** IP-6: whoever has the floor again, or waits for the rest of its turn, is given nothing back a second time. */
function notOwed(state: State, id: ParticipantId): State {
  if (!state.floor.queue.some(({ interrupted }) => interrupted?.participant === id)) return state;
  const queue = state.floor.queue.map((request) => {
    if (request.interrupted?.participant !== id) return request;
    const { interrupted: _, ...rest } = request;
    return rest;
  });
  return withFloor(state, { queue });
}

/** A wish that ended without a turn; with it ends what it had to suffer from collisions (TS-20). */
function withoutWish(state: State, id: ParticipantId, at: Instant): State {
  const waited = withoutRequest(state, id, at);
  return withFloor(waited, { backoff: without(waited.floor.backoff, id) });
}

interface TurnEnd {
  readonly window: ReplyWindow | undefined;
  /** Null where the holder released it. */
  readonly cause: RevokeCause | null;
  readonly failed: ReportedFailure | undefined;
}

function afterTurnOf(state: State, id: ParticipantId, at: Instant, end: TurnEnd): State {
  const { window, cause, failed } = end;
  const ended = state.floor.holders.find((grant) => grant.participant === id);
  if (!ended) return state;
  const { halfLifeMs } = state.config.fairness;
  const tried = withOutcome(state, ended, failureOf(ended, cause, failed) !== null);
  const counted = withContribution(tried, id, (sum) => afterTurn(sum, at - ended.since, at, halfLifeMs));
  const key = String(ended.grant);
  const said = ended.firstContentAt !== null;
  const { floor } = counted;
  return {
    ...withFloor(counted, {
      holders: floor.holders.filter((grant) => grant !== ended),
      lastTurn: { participant: id, endedAt: at, addressed: ended.addressed },
      replyWindow: window
        ? { addressees: window.addressees, closesAt: instantOf(window.closesAt) }
        : windowWithout(floor.replyWindow, id, at),
      turnUnclaimed: true,
      rotation: rotated(floor.rotation, ended, at),
      // TS-20: only who came to speak has done with collisions; the next one of the others counts on.
      backoff: cause === 'collision' && !said ? floor.backoff : without(floor.backoff, id),
      agentTurns: said ? agentTurnsAfter(state, id) : floor.agentTurns,
    }),
    live: {
      ...counted.live,
      warned: without(counted.live.warned, key),
      heardAt: without(counted.live.heardAt, key),
    },
  };
}

/** FL-13: where several speak, a window stays open until one of its addressees has the floor, or its end. */
const windowWithout = (window: Floor['replyWindow'], id: ParticipantId, at: Instant): Floor['replyWindow'] =>
  window && at < window.closesAt && !window.addressees.includes(id) ? window : null;

const urgencyOf = (urgency: number | undefined): { urgency?: number } =>
  urgency === undefined ? {} : { urgency };

/** TS-14, TS-15: a turn without content is a pass; an overrun is a debt. */
function rotated(rotation: Rotation, ended: Grant, at: Instant): Rotation {
  const { participant, firstContentAt, turnMs } = ended;
  if (firstContentAt === null) {
    return rotation.passed.includes(participant)
      ? rotation
      : { ...rotation, passed: [...rotation.passed, participant] };
  }
  const overrunMs = at - firstContentAt - turnMs;
  return {
    ...rotation,
    awake: true,
    passed: [],
    debts: overrunMs > 0 ? { ...rotation.debts, [participant]: overrunMs } : rotation.debts,
  };
}

/** DG-3: failures in a row count, until a turn goes well. */
function withOutcome(state: State, { participant: id, spoke }: Grant, failed: boolean): State {
  const member = state.participants[id];
  if (!member || member.profile.kind === 'human') return state;
  if (failed) return withMember(state, id, (failing) => ({ ...failing, failures: failing.failures + 1 }));
  if (!spoke || (member.failures === 0 && member.mutes === 0)) return state;
  return withMember(state, id, (sound) => ({ ...sound, failures: 0, mutes: 0 }));
}

const agentTurnsAfter = (state: State, id: ParticipantId): number =>
  state.participants[id]?.profile.kind === 'human' ? 0 : state.floor.agentTurns + 1;

const remembered = (past: Floor['pastGrants'], id: ParticipantId, grant: Seq): Floor['pastGrants'] =>
  withEntry(past, id, appended(entryOf(past, id) ?? [], grant, LIMITS.rememberedGrants));
