import { without } from '../floor/floor.ts';
import type { Grant } from '../floor/grant.ts';
import type { ParticipantId } from '../kernel/id.ts';
import type { Instant } from '../kernel/instant.ts';
import { instantOf } from '../kernel/instant.ts';
import { LIMITS } from '../kernel/limits.ts';
import { withEntry, withoutEntry } from '../kernel/table.ts';
import { literalKey } from '../participants/name-key.ts';
import type { Participant } from '../participants/participant.ts';
import { isObserver } from '../participants/role.ts';
import { newWebhook } from '../participants/webhook.ts';
import { notMissed } from './evolve-floor.ts';
import type { Evolutions } from './evolutions.ts';
import type { LiveState, State } from './state.ts';
import { withMember } from './state.ts';

export const evolveMembership: Evolutions<
  | 'participant.joined'
  | 'participant.left'
  | 'participant.disconnected'
  | 'participant.returned'
  | 'participant.updated'
  | 'participant.muted'
  | 'participant.unmuted'
  | 'role.changed'
  | 'presence.changed'
  | 'view.stale'
  | 'view.caught_up'
> = {
  'participant.joined': (state, { data, hidden, seq, at }) => {
    const { presence: _, connection: __, stale: ___, muted: ____, ...profile } = data.participant;
    const member: Participant = {
      profile,
      principal: hidden?.principal ?? '',
      nameKey: hidden?.nameKey ?? literalKey(profile.displayName),
      metadata: data.metadata,
      joinedSeq: seq,
      joinOrder: state.joins + 1,
      presentSince: at,
      disconnectedAt: null,
      resumeGeneration: 0,
      muted: null,
      failures: 0,
      mutes: 0,
    };
    return {
      ...state,
      joins: state.joins + 1,
      emptySince: null,
      participants: { ...state.participants, [profile.id]: member },
      credits: { ...state.credits, [profile.id]: { balance: state.config.credits.initial, escrow: 0 } },
      webhooks:
        hidden?.webhook === undefined
          ? state.webhooks
          : { ...state.webhooks, [profile.id]: newWebhook(hidden.webhook) },
      inviteUses: hidden?.invite ? usesAfter(state, hidden.invite, at) : state.inviteUses,
      live: { ...state.live, activeAt: withEntry(state.live.activeAt, profile.id, at) },
    };
  },
  'participant.left': (state, { data, at }) => {
    const { [data.participant]: member, ...participants } = state.participants;
    if (!member) return state;
    const { id, displayName, kind } = member.profile;
    const departed = [...state.departed, { id, displayName, kind }];
    const forgottenMember = departed.length > LIMITS.departed ? departed.shift()?.id : undefined;
    return {
      ...state,
      participants,
      webhooks: without(state.webhooks, id),
      departed,
      emptySince: Object.keys(participants).length === 0 ? at : null,
      contributions:
        forgottenMember === undefined
          ? state.contributions
          : withoutEntry(state.contributions, forgottenMember),
      floor: {
        ...state.floor,
        retryAt: without(state.floor.retryAt, id),
        pastGrants: withoutEntry(state.floor.pastGrants, id),
        backoff: without(state.floor.backoff, id),
        missed: without(state.floor.missed, id),
        rotation: {
          ...state.floor.rotation,
          passed: state.floor.rotation.passed.filter((other) => other !== id),
          debts: without(state.floor.rotation.debts, id),
        },
      },
      lastHeard: { ...state.lastHeard, apart: withoutEntry(state.lastHeard.apart, id) },
      credits: without(state.credits, id),
      urgencies: without(state.urgencies, id),
      live: forgotten(state.live, id),
    };
  },
  'participant.disconnected': (state, { data, at }) => {
    const absent = withMember(state, data.participant, (member) => ({ ...member, disconnectedAt: at }));
    const dropped = Object.hasOwn(state.live.stale, data.participant)
      ? { ...absent, live: { ...state.live, stale: without(state.live.stale, data.participant) } }
      : absent;
    const told = state.live.presence[data.participant];
    const gone =
      told === undefined || told.status === 'away'
        ? dropped
        : {
            ...dropped,
            live: { ...dropped.live, presence: without(dropped.live.presence, data.participant) },
          };
    return data.cause === 'restart' ? afterRestart(gone, data.participant, at) : gone;
  },
  'participant.returned': (state, { data, at }) => ({
    ...withMember(state, data.participant, (member) => ({
      ...member,
      presentSince: at,
      disconnectedAt: null,
      resumeGeneration: member.resumeGeneration + 1,
    })),
    live: {
      ...state.live,
      // A view that comes back is a new one: what it has is known, and its time begins anew.
      stale: without(state.live.stale, data.participant),
      activeAt: withEntry(state.live.activeAt, data.participant, at),
    },
  }),
  'participant.updated': (state, { data }) =>
    withMember(state, data.participant, (member) => ({
      ...member,
      profile: { ...member.profile, topics: data.topics, interests: data.interests },
    })),
  'participant.muted': (state, { data }) => {
    const { cause, until, reason } = data;
    const muted = {
      cause,
      until: until === null ? null : instantOf(until),
      ...(reason === undefined ? {} : { reason }),
    };
    return withMember(state, data.participant, (member) => ({
      ...member,
      muted,
      failures: 0,
      mutes: member.mutes + (cause === 'failures' ? 1 : 0),
    }));
  },
  // Tried again it has to prove itself; after a moderator's word it begins anew.
  'participant.unmuted': (state, { data }) =>
    withMember(state, data.participant, (member) => ({
      ...member,
      muted: null,
      failures: 0,
      mutes: data.cause === 'moderator' ? 0 : member.mutes,
    })),
  'role.changed': (state, { data }) =>
    withMember(
      isObserver(data.roles) ? notMissed(state, data.participant) : state,
      data.participant,
      (member) => ({ ...member, profile: { ...member.profile, roles: data.roles } }),
    ),
  'presence.changed': (state, { data }) => {
    const { participant, ...presence } = data;
    const others = without(state.live.presence, participant);
    return {
      ...state,
      live: {
        ...state.live,
        // That somebody is offline, and since when, is in the log.
        presence:
          presence.status === 'active' || presence.status === 'offline'
            ? others
            : { ...others, [participant]: presence },
      },
    };
  },
  'view.stale': (state, { data }) => ({
    ...state,
    live: { ...state.live, stale: { ...state.live.stale, [data.participant]: true } },
  }),
  'view.caught_up': (state, { data }) => ({
    ...state,
    live: { ...state.live, stale: without(state.live.stale, data.participant) },
  }),
};

/**
 * A hub that was away heard nothing: the clocks that wait for a holder's content start anew, and what
 * was said of an open utterance is gone until the speaker says it again.
 */
function afterRestart(state: State, id: ParticipantId, at: Instant): State {
  // In a pause the clocks stand at its beginning, and move on by its whole length when it ends.
  const from = state.paused?.at ?? at;
  const rearmed = (grant: Grant): Grant =>
    grant.participant === id
      ? { ...grant, ...(grant.firstContentAt === null ? { armedAt: from } : { lastContentAt: from }) }
      : grant;
  const lost = state.floor.holders.find((grant) => grant.participant === id)?.utterance?.id;
  return {
    ...state,
    floor: { ...state.floor, holders: state.floor.holders.map(rearmed) },
    live: lost === undefined ? state.live : { ...state.live, texts: without(state.live.texts, lost) },
  };
}

/** Expired invites can no longer be used, so their counts need not be kept. */
function usesAfter(
  state: State,
  invite: { id: string; expiresAt: Instant },
  at: Instant,
): State['inviteUses'] {
  const uses = (state.inviteUses[invite.id]?.uses ?? 0) + 1;
  const current = Object.entries(state.inviteUses).filter(([, entry]) => entry.expiresAt > at);
  return { ...Object.fromEntries(current), [invite.id]: { uses, expiresAt: invite.expiresAt } };
}

const forgotten = (live: LiveState, id: ParticipantId): LiveState => ({
  ...live,
  acknowledged: withoutEntry(live.acknowledged, id),
  stale: without(live.stale, id),
  presence: without(live.presence, id),
  activeAt: withoutEntry(live.activeAt, id),
});
