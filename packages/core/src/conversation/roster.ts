import type { Participant } from '../participants/participant.ts';
import type { State } from './state.ts';

/** The members of a conversation as lists, in join order. */
export interface Roster {
  readonly members: readonly Participant[];
  readonly disconnected: readonly Participant[];
}

/** Made once for each change of the membership, which is far rarer than commands. */
const rosters = new WeakMap<State['participants'], Roster>();

export function rosterOf({ participants }: State): Roster {
  const known = rosters.get(participants);
  if (known) return known;
  const members = Object.values(participants).toSorted((a, b) => a.joinOrder - b.joinOrder);
  const roster = { members, disconnected: members.filter(({ disconnectedAt }) => disconnectedAt !== null) };
  rosters.set(participants, roster);
  return roster;
}
