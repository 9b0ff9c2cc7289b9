import type { Instant, State } from '@parley/core';
import type { Snapshot } from '../ports/event-log.ts';
import type { Standing } from './standing.ts';
import type { LastLine } from './summary.ts';

/** Raised when the shape of `State` changes: older snapshots are then passed over and the log is folded. */
export const SNAPSHOT_VERSION = 10;

interface Stored {
  readonly version: number;
  readonly state: State;
  readonly lastLine: LastLine | null;
}

/**
 * What is kept of a conversation so that a wake reads the log's end only (CU-3). `recordedAt` is the
 * instant of the last record: folding the log gives that one, and not that of a later ephemeral event.
 */
export function writeSnapshot(durable: State, standing: Standing, recordedAt: Instant): Snapshot {
  const stored: Stored = {
    version: SNAPSHOT_VERSION,
    state: { ...durable, at: recordedAt },
    lastLine: standing.lastLine,
  };
  return { ...standing.head, state: JSON.stringify(stored) };
}

/** Null where the snapshot was written by another version. */
export function readSnapshot(snapshot: Snapshot): Standing | null {
  const stored = JSON.parse(snapshot.state) as Stored;
  if (stored.version !== SNAPSHOT_VERSION) return null;
  return {
    state: stored.state,
    head: { seq: snapshot.seq, number: snapshot.number, hash: snapshot.hash },
    lastLine: stored.lastLine,
    restarting: false,
  };
}
