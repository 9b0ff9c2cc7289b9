import type { Millis } from '../kernel/instant.ts';
import type { SettingsSpec } from '../kernel/settings.ts';

/**
 * How one participant's view of the conversation is kept (CS-1…CS-5). A level says what it wants as
 * {@link ViewTerms}; the conversation (barrier) and the hub's delivery (everything else) keep to them and
 * know no level by its name.
 */
export interface ConsistencyLevel {
  /** Its name on the wire. */
  readonly kind: string;
  readonly description: string;
  readonly settings: SettingsSpec;
  terms(settings: Readonly<Record<string, unknown>>): ViewTerms;
}

/** What a view is promised, as far as levels differ. */
export interface ViewTerms {
  /**
   * The next turn waits until the view has acknowledged the last utterance, for at most so long; commands
   * based on an older view are refused (CS-1). Null: nothing waits for it.
   */
  readonly barrierTimeoutMs: Millis | null;
  /** What a resume gives: exactly what is missing, or only the state as it is now (CS-4). */
  readonly resume: 'suffix' | 'snapshot';
  /** A resume that missed more events than this gets a snapshot, which is smaller (CS-2); null: never. */
  readonly snapshotBeyond: number | null;
  /** While what it missed is being sent, live events that rest on nothing missing go ahead (CS-3). */
  readonly early: boolean;
  /** When its buffer is full: it reads the log later, or the oldest waiting events are dropped (CS-4). */
  readonly whenFull: 'readLater' | 'dropOldest';
  /** Events may be held back so long on purpose, to leave together; 0 for one turn of the event loop. */
  readonly holdMs: Millis;
  /** It is told when something has been waiting for it for longer than this (CS-2); null: it is not told. */
  readonly maxLagMs: Millis | null;
}

/** Everything in order, as it comes, from the log after a gap: what a level is that says nothing else. */
export const inOrder: ViewTerms = {
  barrierTimeoutMs: null,
  resume: 'suffix',
  snapshotBeyond: null,
  early: false,
  whenFull: 'readLater',
  holdMs: 0,
  maxLagMs: null,
};
