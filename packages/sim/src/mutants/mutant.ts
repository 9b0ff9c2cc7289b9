import type { RunPlan } from '../world/run.ts';

/** A hub that breaks one promise on purpose, by something put between its parts. */
export interface Mutant {
  /** What it does wrong. */
  readonly breaks: string;
  /** The rules of which a checker must find at least one broken. */
  readonly rules: readonly string[];
  /** How to make it; the same plan without alterations keeps every promise. */
  readonly plan: Partial<RunPlan> & Required<Pick<RunPlan, 'alterations'>>;
}
