import type { Participant } from '../participants/participant.ts';
import type { State } from './state.ts';

/** The members of a conversation as lists, in join order. */
export interface Roster {
  readonly members: readonly Participant[];
  readonly disconnected: readonly Participant[];
  readonly muted: readonly Participant[];
  /** Members that chose the consistency level of their own view. */
  readonly choosers: readonly Participant[];
}

/** Made once for each change of the membership, which is far rarer than commands. */
const rosters = new WeakMap<State['participants'], Roster>();

export function rosterOf({ participants }: State): Roster {
  const known = rosters.get(participants);
  if (known) return known;
  const members = Object.values(participants).toSorted((a, b) => a.joinOrder - b.joinOrder);
  const roster = {
    members,
    disconnected: members.filter(({ disconnectedAt }) => disconnectedAt !== null),
    muted: members.filter(({ muted }) => muted !== null),
    choosers: members.filter(({ profile }) => profile.consistency !== undefined),
  };
  rosters.set(participants, roster);
  return roster;
}
