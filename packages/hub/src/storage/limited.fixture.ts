import { EMPTY, headAfter, indexOf, recordAfter } from '../ports/event-log.contract.ts';
import { StorageError } from '../ports/event-log.ts';
import { openSqliteLog } from './event-log.sqlite.ts';

/**
 * A process whose files may not grow beyond a limit, as set by the shell that started it: writes beyond
 * fail with an I/O error in the middle of a commit. It appends until that happens and a little further,
 * says what became of each append, and dies without closing anything.
 */
const directory = process.argv[2];
if (directory === undefined) throw new Error('usage: limited.fixture.ts DIRECTORY');
const log = await openSqliteLog({ directory });

let head = EMPTY;
for (let refused = 0; refused < 5;) {
  const record = recordAfter(head, { events: 1 + refused * 3, text: `${refused} `.repeat(3_000) });
  try {
    await log.append(record, head, indexOf());
    head = headAfter(record);
    process.stdout.write(`stored ${record.lastSeq} ${record.hash}\n`);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    refused += 1;
    process.stdout.write(`refused ${error.code} ${record.hash}\n`);
  }
}
const readable = await log.read('cnv_a', 0, { limit: 1e6, maxBytes: 1e9 });
process.stdout.write(`readable ${readable.length} records\n`);
process.kill(process.pid, 'SIGKILL');
