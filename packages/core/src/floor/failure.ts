import type { Grant, RevokeCause } from './grant.ts';

/**
 * What a participant may report of a turn that it gives back (DG-3): its program threw, took too long or
 * answered what is no speech, or what it speaks for could not be reached. A closed set, because all may read
 * it and whatever a program says of its own failures can hold what is nobody's business.
 */
export const REPORTED_FAILURES = ['error', 'timeout', 'invalid', 'unreachable'] as const;
export type ReportedFailure = (typeof REPORTED_FAILURES)[number];

/** Why a turn counts as failed: as reported, or as the floor's timers saw it. */
export type TurnFailure = ReportedFailure | 'no_content' | 'inactive';

/**
 * DG-3: what a turn that ended failed of; null where it did not. A turn without a word that was given back is
 * a pass (TS-14), and whoever was cut off for somebody else's sake has not failed.
 */
export function failureOf(
  grant: Grant,
  cause: RevokeCause | null,
  reported: ReportedFailure | undefined,
): TurnFailure | null {
  if (reported !== undefined) return reported;
  if (cause === 'no_content') return cause;
  return cause === 'inactive' && !grant.spoke ? cause : null;
}
