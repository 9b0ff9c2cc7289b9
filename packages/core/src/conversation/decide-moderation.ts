import { holderOf } from '../floor/floor.ts';
import { endsAt } from '../floor/grant.ts';
import { iso } from '../kernel/instant.ts';
import { reasonOf } from './decide-lifecycle.ts';
import { queuePositionOf, waitingOf } from './floor-view.ts';
import type { Handlers } from './handler.ts';
import { accepted, invalid, mayModerate, namedMember, rejected } from './handler.ts';
import { cutFloor } from './grants.ts';

/** FL-12: what moderators do bypasses every strategy and policy. */
export const moderationHandlers: Handlers<
  'floor.revoke' | 'floor.extend' | 'floor.reorder' | 'participant.mute' | 'participant.unmute'
> = {
  'floor.revoke': (draft, { data, author }) => {
    const allowed = mayModerate(draft.state, author);
    if (!allowed.ok) return allowed;
    const member = namedMember(draft.state, data.participant);
    if (!member.ok) return member;
    const grant = holderOf(draft.state.floor, data.participant);
    if (!grant) return rejected('floor.not_holder', 'This participant does not hold the floor.');
    cutFloor(draft, grant, 'moderator', reasonOf(data));
    return accepted({ grant: grant.grant });
  },

  'floor.extend': (draft, { data, author }) => {
    const allowed = mayModerate(draft.state, author);
    if (!allowed.ok) return allowed;
    if (draft.state.floor.holders.length === 0) {
      return rejected('floor.not_holder', 'Nobody holds the floor.');
    }
    for (const grant of draft.state.floor.holders) {
      const { participant, grant: seq } = grant;
      draft.emit('floor.extended', {
        participant,
        grant: seq,
        ms: data.ms,
        endsAt: iso(endsAt(grant) + data.ms),
      });
    }
    return accepted();
  },

  'floor.reorder': (draft, { data, author }) => {
    const allowed = mayModerate(draft.state, author);
    if (!allowed.ok) return allowed;
    const queue = waitingOf(draft.state, draft.at).map((request) => request.participant);
    const position = queuePositionOf(draft.state, draft.at, data.participant);
    if (position === null) return rejected('not_found', 'This participant does not wait for the floor.');
    if (data.position > queue.length) return invalid('data.position', `a place from 1 to ${queue.length}`);
    const rest = queue.toSpliced(position - 1, 1);
    draft.emit('floor.reordered', {
      participant: data.participant,
      position: data.position,
      queue: rest.toSpliced(data.position - 1, 0, data.participant),
    });
    return accepted({ position: data.position });
  },

  /** DG-3: whoever holds the floor loses it; whoever waits keeps its place, and is passed over. */
  'participant.mute': (draft, { data, author }) => {
    const allowed = mayModerate(draft.state, author);
    if (!allowed.ok) return allowed;
    const member = namedMember(draft.state, data.participant);
    if (!member.ok) return member;
    const until = data.ms === undefined ? null : iso(draft.at + data.ms);
    draft.emit('participant.muted', {
      participant: data.participant,
      cause: 'moderator',
      ...reasonOf(data),
      until,
    });
    const grant = holderOf(draft.state.floor, data.participant);
    if (grant) cutFloor(draft, grant, 'muted', reasonOf(data));
    return accepted({ until });
  },

  'participant.unmute': (draft, { data, author }) => {
    const allowed = mayModerate(draft.state, author);
    if (!allowed.ok) return allowed;
    const member = namedMember(draft.state, data.participant);
    if (!member.ok) return member;
    const unmuted = member.value.muted !== null;
    if (unmuted) draft.emit('participant.unmuted', { participant: data.participant, cause: 'moderator' });
    return accepted({ unmuted });
  },
};
