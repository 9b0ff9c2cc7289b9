import type { ParticipantId } from '../kernel/id.ts';
import type { Instant } from '../kernel/instant.ts';

/** What a member of the electorate may say: one candidate, a ranking, approvals, yes or no, or nothing. */
export type Choice = ParticipantId | readonly ParticipantId[] | 'yes' | 'no' | 'abstain';

/** A vote on who speaks next (TS-16) or on an interruption (IP-3). */
export interface Ballot {
  readonly id: string;
  readonly kind: 'turn' | 'motion';
  readonly candidates: readonly ParticipantId[];
  /** Who was present at the opening; nobody else may vote. */
  readonly electorate: readonly ParticipantId[];
  readonly closesAt: Instant;
  /** The last choice of each who has voted; choices are secret until the close. */
  readonly choices: Readonly<Record<ParticipantId, Choice>>;
}
