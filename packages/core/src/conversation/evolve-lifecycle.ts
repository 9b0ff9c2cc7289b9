import type { Grant } from '../floor/grant.ts';
import type { Millis } from '../kernel/instant.ts';
import type { FloorRequest } from '../floor/request.ts';
import type { Evolutions } from './evolutions.ts';
import { completed } from './settings.ts';

export const evolveLifecycle: Evolutions<
  | 'conversation.created'
  | 'conversation.configured'
  | 'conversation.paused'
  | 'conversation.resumed'
  | 'conversation.ended'
> = {
  'conversation.created': (state, { data, hidden, at }) => {
    const config = completed(data.config);
    return {
      ...state,
      id: data.conversation,
      epoch: data.epoch,
      status: 'active',
      title: data.title,
      config,
      random: config.floor.seed,
      createdBy: hidden?.createdBy ?? '',
      createdAt: at,
    };
  },
  'conversation.configured': (state, { data }) => {
    const config = completed(data.config);
    const same = JSON.stringify(state.config.floor.strategy) === JSON.stringify(config.floor.strategy);
    if (same) return { ...state, config };
    // FL-15: offers came back with the change of the strategy, and nothing it counted goes on.
    const queue = state.floor.queue.map(unsealed);
    const floor = { ...state.floor, queue, failedBallots: 0, backoff: {} };
    return { ...state, config, floor };
  },
  'conversation.paused': (state, { data, at }) => ({
    ...state,
    status: 'paused',
    paused: { at, cause: data.cause },
  }),
  'conversation.resumed': (state, { data }) => ({
    ...state,
    status: 'active',
    paused: null,
    floor: {
      ...state.floor,
      holders: state.floor.holders.map((grant) => movedOn(grant, data.pausedMs)),
      replyWindow: state.floor.replyWindow && {
        ...state.floor.replyWindow,
        closesAt: state.floor.replyWindow.closesAt + data.pausedMs,
      },
      window: later(state.floor.window, data.pausedMs),
      ballot: later(state.floor.ballot, data.pausedMs),
      interruption: state.floor.interruption && {
        ...state.floor.interruption,
        deadline: state.floor.interruption.deadline + data.pausedMs,
      },
      alsoDeferred: state.floor.alsoDeferred.map((each) => ({
        ...each,
        deadline: each.deadline + data.pausedMs,
      })),
      backoff: Object.fromEntries(
        Object.entries(state.floor.backoff).map(([id, each]) => [
          id,
          { ...each, until: each.until + data.pausedMs },
        ]),
      ),
      agentTurns: 0,
    },
    live: {
      ...state.live,
      heardAt: Object.fromEntries(
        Object.entries(state.live.heardAt).map(([grant, heardAt]) => [grant, heardAt + data.pausedMs]),
      ),
    },
  }),
  'conversation.ended': (state, { data }) => ({
    ...state,
    status: data.cause === 'archived' ? 'archived' : 'ended',
    paused: null,
    floor: { ...state.floor, missed: {} },
  }),
};

const later = <T extends { readonly closesAt: number }>(open: T | null, ms: Millis): T | null =>
  open && { ...open, closesAt: open.closesAt + ms };

/** FL-14: the clocks of a turn stood still for `ms`. */
const movedOn = (grant: Grant, ms: Millis): Grant => ({
  ...grant,
  armedAt: grant.armedAt + ms,
  firstContentAt: grant.firstContentAt === null ? null : grant.firstContentAt + ms,
  lastContentAt: grant.lastContentAt === null ? null : grant.lastContentAt + ms,
  revoking: grant.revoking && { ...grant.revoking, cutAt: grant.revoking.cutAt + ms },
});

/** What was said in a sealed bid stays so: under other rules, the request stands without it. */
function unsealed(request: FloorRequest): FloorRequest {
  if (!request.bid) return request;
  const { bid: _, urgency: __, estimatedMs: ___, preview: ____, ...rest } = request;
  return rest;
}
