import type { ParticipantId } from '../kernel/id.ts';
import { instantOf, iso, type Instant } from '../kernel/instant.ts';
import { entryOf } from '../kernel/table.ts';
import type { Participant } from '../participants/participant.ts';
import type { Presence } from '../participants/presence.ts';
import type { Command } from './commands.ts';
import type { Draft } from './draft.ts';
import type { State } from './state.ts';
import { rosterOf } from './roster.ts';
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
  entryOf(state.live.activeAt, member.profile.id) ?? member.presentSince;

/** Who will be the first to count as idle, and when; null where nobody will. */
export function firstIdle(
  state: State,
): { readonly participant: ParticipantId; readonly at: Instant } | null {
  let first: ParticipantId | null = null;
  let since = Number.POSITIVE_INFINITY;
  const consider = (id: ParticipantId, activeAt: Instant) => {
    if (activeAt >= since || !mayTurnIdle(state, id)) return;
    since = activeAt;
    first = id;
  };
  const { names, values } = state.live.activeAt;
  values.forEach((activeAt, index) => consider(names[index] ?? '', activeAt));
  const { members } = rosterOf(state);
  // Of whoever did nothing since the hub started, only the log is known.
  if (names.length < members.length)
    for (const member of members) consider(member.profile.id, lastActive(state, member));
  return first === null ? null : { participant: first, at: since + state.config.presence.idleAfterMs };
}

interface Expected {
  readonly participant: ParticipantId;
  readonly at: Instant;
}

/** Made once for each change of what participants say of themselves, which is far rarer than commands. */
const expectations = new WeakMap<State['live']['presence'], readonly Expected[]>();

/** Who is away and when it is expected back. A time that had passed when it was said is only a word. */
export function expectedBack(state: State): readonly Expected[] {
  const { presence, activeAt } = state.live;
  let expected = expectations.get(presence);
  if (!expected) {
    expected = Object.entries(presence).flatMap(([participant, each]) =>
      each.status === 'away' && each.expectedReturn !== undefined
        ? [{ participant, at: instantOf(each.expectedReturn) }]
        : [],
    );
    expectations.set(presence, expected);
  }
  return expected.filter(({ participant, at }) => at > (entryOf(activeAt, participant) ?? 0));
}

/** PR-1: somebody who was expected back by now is not: it is idle, or offline where it is not connected. */
export function overdue(draft: Draft, participant: ParticipantId): void {
  const member = memberById(draft.state, participant);
  if (!member) return;
  const { disconnectedAt } = member;
  draft.announce('presence.changed', {
    participant,
    ...(disconnectedAt === null
      ? { status: 'idle' as const, since: iso(draft.at) }
      : { status: 'offline' as const, since: iso(disconnectedAt) }),
  });
}

/** Only who is connected and counts as active. */
const mayTurnIdle = (state: State, id: ParticipantId): boolean =>
  memberById(state, id)?.disconnectedAt === null && !Object.hasOwn(state.live.presence, id);

/** PR-3: offline, or away by its own word. An idle one is thought to be near. */
export const isAbsent = (state: State, id: ParticipantId): boolean =>
  memberById(state, id)?.disconnectedAt !== null || state.live.presence[id]?.status === 'away';

/** Since when somebody that is absent did nothing any more. */
export function absentSince(state: State, id: ParticipantId): Instant {
  const member = memberById(state, id);
  return member ? (member.disconnectedAt ?? lastActive(state, member)) : state.at;
}

/** Whoever does something is back, without saying so. An acknowledgement is its program's doing. */
export function backToActive(draft: Draft, command: Command): void {
  const id = command.author.participant;
  if (id === null || command.op === 'presence.set' || command.op === 'ack') return;
  const connected = memberById(draft.state, id)?.disconnectedAt === null;
  if (!connected || !Object.hasOwn(draft.state.live.presence, id)) return;
  draft.announce('presence.changed', { participant: id, status: 'active', lastSeen: iso(draft.at) });
}
