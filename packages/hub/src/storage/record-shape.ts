import type { Head, LogRecord } from '../ports/event-log.ts';

/**
 * What every implementation relies on in a record that it is given. A breach is a fault in the hub's own
 * code, never a caller's bad input, and ends in a plain error with nothing stored.
 */
export function checkRecord(record: LogRecord, expected: Head): void {
  const { events, firstSeq, lastSeq } = record;
  demand(
    events.length > 0 || (record.command !== null && expected.seq > 0),
    record,
    'it has neither events nor a command, or is the first',
  );
  demand(record.number === expected.number + 1, record, `it is not number ${expected.number + 1}`);
  demand(firstSeq === expected.seq + 1, record, `it does not follow seq ${expected.seq}`);
  demand(record.previousHash === expected.hash, record, 'it is sealed behind another record');
  demand(lastSeq === firstSeq + events.length - 1, record, `it ends at seq ${lastSeq}`);
  for (const [index, event] of events.entries()) {
    demand(event.seq === firstSeq + index, record, `its event ${index} has seq ${event.seq}`);
    // Events are kept one to a line, so that a page is cut into events without parsing any.
    demand(isOneLine(event.json), record, `its event ${index} is not one line of text`);
  }
}

function demand(condition: boolean, record: LogRecord, problem: string): asserts condition {
  if (!condition) {
    throw new Error(`record at seq ${record.firstSeq} of ${record.conversation} refused: ${problem}`);
  }
}

const isOneLine = (text: string): boolean => text !== '' && !text.includes('\n');
