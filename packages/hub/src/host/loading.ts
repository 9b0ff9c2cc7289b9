import type { ConversationId } from '@parley/core';
import type { EventLog, LogRecord } from '../ports/event-log.ts';
import type { Decider } from './decider.ts';
import { readSnapshot } from './snapshot.ts';
import type { Standing } from './standing.ts';
import { fold, nowhere } from './standing.ts';
import { epochIn } from '../ports/lineage.ts';

const PAGE = { limit: 500, maxBytes: 1024 * 1024 };

/** Folds every record after `standing`, telling `each` of them in order. */
export async function catchUpWith(
  log: EventLog,
  decider: Decider,
  conversation: ConversationId,
  standing: Standing,
  each: (record: LogRecord, after: Standing) => void,
): Promise<Standing> {
  for (;;) {
    const records = await log.readRecords(conversation, standing.head.number, PAGE);
    for (const record of records) {
      standing = fold(decider, standing, record);
      each(record, standing);
    }
    if (records.length === 0) return standing;
  }
}

/** Reads the newest snapshot and the records after it (CU-3); a conversation that is not there stays at 0. */
export async function load(
  log: EventLog,
  decider: Decider,
  conversation: ConversationId,
  each: (record: LogRecord, after: Standing) => void,
): Promise<{ standing: Standing; snapshotNumber: number }> {
  const snapshot = await log.latestSnapshot(conversation);
  const start = snapshot && readSnapshot(snapshot);
  const standing = await catchUpWith(log, decider, conversation, start ?? nowhere(decider), each);
  return { standing: inLine(standing, log), snapshotNumber: start?.head.number ?? 0 };
}

/** CS-5: after its log was put back, a conversation has another epoch than whoever was there before knows. */
function inLine(standing: Standing, { lineage }: EventLog): Standing {
  const { state } = standing;
  const epoch = epochIn(state.epoch, lineage);
  return epoch === state.epoch ? standing : { ...standing, state: { ...state, epoch } };
}
