import type { State } from '@parley/core';
import { decodeEvent } from '@parley/protocol';
import type { Head, LogRecord } from '../ports/event-log.ts';
import { StorageError } from '../ports/event-log.ts';
import { headOf, NO_HEAD } from '../ports/record.ts';
import type { Decider } from './decider.ts';
import type { LastLine } from './summary.ts';
import { lastLineAfter } from './summary.ts';

/** Where a conversation stands: what the next command is decided on. Never changed in place. */
export interface Standing {
  readonly state: State;
  readonly head: Head;
  readonly lastLine: LastLine | null;
  /** It was read after a restart of the hub and its members have not been told so yet. */
  readonly restarting: boolean;
}

export const nowhere = (decider: Decider): Standing => ({
  state: decider.initialState(),
  head: NO_HEAD,
  lastLine: null,
  restarting: false,
});

/** The standing after a stored record. A record that does not follow is a damaged log (RL-5). */
export function fold(decider: Decider, standing: Standing, record: LogRecord): Standing {
  if (record.previousHash !== standing.head.hash || record.number !== standing.head.number + 1) {
    const place = `${record.conversation} at ${record.firstSeq}`;
    throw new StorageError('storage.damaged', `a record does not follow the one before it: ${place}`);
  }
  let { state, lastLine } = standing;
  for (const stored of record.events) {
    const event = decodeEvent(stored.json, stored.hidden, stored.audience);
    state = decider.evolve(state, event);
    lastLine = lastLineAfter(lastLine, event, state);
  }
  // Without events nothing has changed but the time, which never goes back.
  if (record.events.length === 0) state = { ...state, at: record.at };
  const { restarting } = standing;
  return { state: decider.durableState(state), head: headOf(record), lastLine, restarting };
}
