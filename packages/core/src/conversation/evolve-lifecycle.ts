import type { Grant } from '../floor/grant.ts';
import type { Millis } from '../kernel/instant.ts';
import type { Evolutions } from './evolutions.ts';

export const evolveLifecycle: Evolutions<
  | 'conversation.created'
  | 'conversation.configured'
  | 'conversation.paused'
  | 'conversation.resumed'
  | 'conversation.ended'
> = {
  'conversation.created': (state, { data, hidden, at }) => ({
    ...state,
    id: data.conversation,
    epoch: data.epoch,
    status: 'active',
    title: data.title,
    config: data.config,
    random: data.config.floor.seed,
    createdBy: hidden?.createdBy ?? '',
    createdAt: at,
  }),
  'conversation.configured': (state, { data }) => ({ ...state, config: data.config }),
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
  }),
};

/** FL-14: the clocks of a turn stood still for `ms`. */
const movedOn = (grant: Grant, ms: Millis): Grant => ({
  ...grant,
  armedAt: grant.armedAt + ms,
  firstContentAt: grant.firstContentAt === null ? null : grant.firstContentAt + ms,
  lastContentAt: grant.lastContentAt === null ? null : grant.lastContentAt + ms,
  revoking: grant.revoking && { ...grant.revoking, cutAt: grant.revoking.cutAt + ms },
});
