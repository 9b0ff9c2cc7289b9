import { consistencySpec } from '../consistency/registry.ts';
import { iso } from '../kernel/instant.ts';
import type { ParticipantId } from '../kernel/id.ts';
import type { Result } from '../kernel/result.ts';
import { ok } from '../kernel/result.ts';
import { readSettings, type Variant } from '../kernel/settings.ts';
import type { ParticipantView } from '../participants/participant.ts';
import { isObserver } from '../participants/role.ts';
import type { Draft } from './draft.ts';
import { reasonOf } from './decide-lifecycle.ts';
import type { LeaveCause } from './events.ts';
import type { Handlers } from './handler.ts';
import { accepted, invalid, mayModerate, memberOf, namedMember, rejected } from './handler.ts';
import { freeName } from './names.ts';
import type { Rejection } from './rejections.ts';
import { memberById } from './state.ts';
import { acknowledge } from './strong-views.ts';
import { dropFromFloor } from './grants.ts';

export const membershipHandlers: Handlers<
  | 'conversation.join'
  | 'conversation.leave'
  | 'participant.remove'
  | 'role.set'
  | 'presence.set'
  | 'subscribe'
  | 'ack'
  | 'connection.lost'
  | 'connection.restored'
  | 'hub.restarted'
> = {
  'conversation.join': (draft, { data, facts }) => {
    const { state, at } = draft;
    const members = Object.values(state.participants);
    const same = members.find((member) => member.principal === data.principal);
    if (same) {
      return rejected('participant.already_joined', 'You take part in this conversation already.', {
        details: { participant: same.profile.id },
      });
    }
    if (members.length >= state.config.participantsMax) {
      return rejected('conversation.full', `At most ${state.config.participantsMax} may take part at once.`);
    }
    if (data.invite && (state.inviteUses[data.invite.id]?.uses ?? 0) >= data.invite.maxUses) {
      return rejected('invite.invalid', 'This invite has been used up.');
    }
    const { participant: id, principal, metadata, invite, consistency, webhook, ...profile } = data;
    const nameKey = freeName(state, data.displayName, facts);
    if (!nameKey.ok) return nameKey;
    const level = readLevel(consistency);
    if (!level.ok) return level;
    for (const key of ['async', 'webhook'] as const) {
      if (data[key] && data.kind !== 'human')
        return invalid(`data.${key}`, 'nothing unless the kind is human');
    }
    const participant: ParticipantView = {
      id,
      ...profile,
      ...(level.value === undefined ? {} : { consistency: level.value }),
      presence: { status: 'active', lastSeen: iso(at) },
      connection: 'connected',
      joinedAt: iso(at),
    };
    draft.emit(
      'participant.joined',
      { participant, metadata },
      {
        hidden: {
          principal,
          nameKey: nameKey.value,
          ...(invite ? { invite: { id: invite.id, expiresAt: invite.expiresAt } } : {}),
          ...(webhook ? { webhook: webhook.url } : {}),
        },
      },
    );
    acknowledge(draft, id, draft.state.seq);
    return accepted({ participant });
  },

  'conversation.leave': (draft, { data, author }) => {
    const member = memberOf(draft.state, author);
    if (!member.ok) return member;
    leave(draft, member.value.profile.id, 'left', data.reason);
    return accepted();
  },

  'participant.remove': (draft, { data, author }) => {
    const allowed = mayModerate(draft.state, author);
    if (!allowed.ok) return allowed;
    const member = namedMember(draft.state, data.participant);
    if (!member.ok) return member;
    leave(draft, data.participant, 'removed', data.reason);
    return accepted();
  },

  'role.set': (draft, { data, author }) => {
    const allowed = mayModerate(draft.state, author);
    if (!allowed.ok) return allowed;
    const member = namedMember(draft.state, data.participant);
    if (!member.ok) return member;
    draft.emit('role.changed', { participant: data.participant, roles: data.roles });
    if (isObserver(data.roles)) dropFromFloor(draft, data.participant, 'role', 'role');
    return accepted({ roles: data.roles });
  },

  'presence.set': (draft, { data, author }) => {
    const member = memberOf(draft.state, author);
    if (!member.ok) return member;
    const participant = member.value.profile.id;
    const now = iso(draft.at);
    if (data.expectedReturn !== undefined && data.status !== 'away') {
      return invalid('data.expectedReturn', 'nothing unless the status is away');
    }
    const presence =
      data.status === 'active'
        ? { status: data.status, lastSeen: now }
        : data.status === 'idle'
          ? { status: data.status, since: now }
          : {
              status: data.status,
              ...(data.expectedReturn === undefined ? {} : { expectedReturn: data.expectedReturn }),
            };
    // Whoever is not connected is offline, or away with a time to be expected.
    if (member.value.disconnectedAt === null || presence.status === 'away') {
      draft.announce('presence.changed', { participant, ...presence });
    }
    return accepted();
  },

  subscribe: (draft, { data, author }) => {
    const member = memberOf(draft.state, author);
    if (!member.ok) return member;
    const { id, interests } = member.value.profile;
    draft.emit('participant.updated', {
      participant: id,
      topics: data.topics,
      interests: data.interests ?? interests,
    });
    return accepted();
  },

  ack: (draft, { data, author }) => {
    const member = memberOf(draft.state, author);
    if (!member.ok) return member;
    if (data.seq > draft.state.seq) return invalid('data.seq', 'the seq of an event that happened');
    acknowledge(draft, member.value.profile.id, data.seq);
    return accepted();
  },

  'connection.lost': (draft, { data }) => {
    const member = memberById(draft.state, data.participant);
    const current = data.generation === undefined || data.generation === member?.resumeGeneration;
    if (member?.disconnectedAt === null && current) disconnect(draft, data.participant, 'connection');
    return accepted();
  },

  'connection.restored': (draft, { data }) => {
    const member = namedMember(draft.state, data.participant);
    if (!member.ok) return member;
    draft.emit('participant.returned', { participant: data.participant });
    acknowledge(draft, data.participant, data.acknowledged ?? draft.state.seq);
    return accepted();
  },

  'hub.restarted': (draft) => {
    for (const { profile, disconnectedAt } of Object.values(draft.state.participants)) {
      if (disconnectedAt === null) disconnect(draft, profile.id, 'restart');
    }
    return accepted();
  },
};

/** The level of somebody's own view, whole; undefined where it chose none. */
function readLevel(consistency: unknown): Result<Variant | undefined, Rejection> {
  if (consistency === undefined) return ok(undefined);
  const read = readSettings({ consistency: consistencySpec }, { consistency }, 'data');
  return read.ok ? ok(read.value['consistency'] as Variant) : invalid(read.error.path, read.error.expected);
}

/** FL-7, FL-8: the floor and the queue first, then the membership. */
export function leave(draft: Draft, id: ParticipantId, cause: LeaveCause, reason?: string): void {
  dropFromFloor(draft, id, 'left', cause);
  draft.emit('participant.left', {
    participant: id,
    cause,
    ...reasonOf(reason === undefined ? {} : { reason }),
  });
}

/** PR-2: the grace begins. */
function disconnect(draft: Draft, participant: ParticipantId, cause: 'connection' | 'restart'): void {
  const { reconnectGraceMs: graceMs } = draft.state.config.presence;
  draft.emit('participant.disconnected', { participant, cause, graceMs });
}
