import { instantOf, iso, type Instant } from '../kernel/instant.ts';
import type { Participant } from '../participants/participant.ts';
import type { Presence } from '../participants/presence.ts';
import type { Command } from './commands.ts';
import type { Draft } from './draft.ts';
import type { State } from './state.ts';
import { memberById } from './state.ts';

/** PR-1: what others are shown of somebody's presence. */
export function presenceOf(state: State, member: Participant): Presence {
  if (member.disconnectedAt !== null) {
    return state.live.presence[member.profile.id] ?? { status: 'offline', since: iso(member.disconnectedAt) };
  }
  return (
    state.live.presence[member.profile.id] ?? { status: 'active', lastSeen: iso(lastActive(state, member)) }
  );
}

/** The last thing that somebody did, as far as this process saw it. */
export const lastActive = (state: State, member: Participant): Instant =>
  state.live.activeAt[member.profile.id] ?? instantOf(member.profile.joinedAt);

/** When a connected, active participant will count as idle; null for who does not. */
export function idleAt(state: State, member: Participant): Instant | null {
  if (member.disconnectedAt !== null || Object.hasOwn(state.live.presence, member.profile.id)) return null;
  return lastActive(state, member) + state.config.presence.idleAfterMs;
}

/** Whoever does something is back, without saying so. */
export function backToActive(draft: Draft, command: Command): void {
  const id = command.author.participant;
  if (id === null || command.op === 'presence.set') return;
  const connected = memberById(draft.state, id)?.disconnectedAt === null;
  if (!connected || !Object.hasOwn(draft.state.live.presence, id)) return;
  draft.announce('presence.changed', { participant: id, status: 'active', lastSeen: iso(draft.at) });
}
