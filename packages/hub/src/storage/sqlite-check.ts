import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StorageError } from '../ports/event-log.ts';
import { auditRecord } from './record-audit.ts';
import type { RecordRow } from './record-row.ts';
import { RECORD_COLUMNS } from './record-row.ts';
import { storageErrorOf } from './sqlite-errors.ts';
import { checkSchemaVersion, logPath, number, schemaVersion, viewAsNewest } from './sqlite-schema.ts';
import { readWitness, witnessPath } from './witness.ts';

/** What was looked at before the log was opened. */
export interface Inspection {
  /** Before migration; 0 for a new log. */
  readonly schema: number;
  readonly conversations: number;
  readonly records: number;
  /** Of the write-ahead log that a killed hub left behind; SQLite takes over what it holds. */
  readonly walBytes: number;
  /** `whole`: every page was checked; `part`: the index of conversations and the newest of them. */
  readonly integrity: 'whole' | 'part';
  /** Records whose hash was computed again. */
  readonly recordsVerified: number;
  readonly durationMs: number;
}

/** What was looked at, and how the log is written, for the hub's first log line. */
export interface StartupReport extends Inspection {
  /** SQLite's `synchronous` as the log's thread has it. 2 is FULL: a commit that returned outlasts a power cut (RL-1). */
  readonly synchronous: number;
}

/**
 * Up to this size every page is looked at: 245 MB (100 000 conversations of three records) took 0.16 s
 * from memory and about a second from a slow disk. Beyond it `parley verify` is for that.
 */
const WHOLE_CHECK_BYTES = 256 * 1024 * 1024;
/** Beyond that size, how many of the most recently changed conversations have their heads checked. */
const HEADS_IN_PART = 10_000;
/** The newest records of those most recently changed are what a crash could have harmed. */
const TAIL_CONVERSATIONS = 1_000;
const TAIL_RECORDS = 8;
const TAIL_BYTES = 32 * 1024 * 1024;

/**
 * Looks at a log before it is opened for writing, and changes nothing, so that what is damaged stays as
 * it was found (RL-5). Found are: a file that is cut, not ours, of a newer schema or structurally
 * damaged; conversations whose index and records disagree; edited or missing records near the heads;
 * acknowledged records that are gone from the end, through the {@link readWitness witness}.
 * Not found at start, but by verify.ts: edits in older records. Not found at all: a log that was
 * replaced together with its witness, and records that a power cut took from a disk that had claimed
 * to have written them (the witness goes with them).
 * @throws StorageError
 */
export function inspect(directory: string): Inspection {
  const begun = performance.now();
  const file = logPath(directory);
  const [bytes, walBytes] = [sizeOf(file), sizeOf(`${file}-wal`)];
  if (bytes === 0) {
    // SQLite would take such a WAL for a leftover and delete it.
    if (walBytes > 0) throw damaged(`${file} is missing or empty, but its write-ahead log is there`);
    checkWitness(directory, null);
    return report(0, 0, 0, 0, 'whole', 0, begun);
  }
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    const schema = schemaVersion(database);
    checkSchemaVersion(schema);
    if (schema === 0) {
      checkWitness(directory, null);
      return report(0, 0, 0, walBytes, 'whole', 0, begun);
    }
    const integrity = bytes + walBytes <= WHOLE_CHECK_BYTES ? 'whole' : 'part';
    checkStructure(database, file, integrity);
    viewAsNewest(database, schema);
    checkHeads(database, integrity);
    const recordsVerified = checkTails(database);
    checkWitness(directory, database);
    const conversations = number(database, 'SELECT count(*) FROM conversations');
    const records = number(database, 'SELECT coalesce(max(seq), 0) FROM records');
    return report(schema, conversations, records, walBytes, integrity, recordsVerified, begun);
  } catch (error) {
    const known = storageErrorOf(error);
    if (known === null) throw error;
    throw new StorageError(known.code, `${file}: ${known.message}`, { cause: error });
  } finally {
    database?.close();
  }
}

function checkStructure(database: DatabaseSync, file: string, integrity: 'whole' | 'part'): void {
  const pragma = integrity === 'whole' ? 'PRAGMA quick_check(5)' : "PRAGMA quick_check('conversations')";
  const problems = database
    .prepare(pragma)
    .all()
    .map((row) => String(Object.values(row)[0]))
    .filter((text) => text !== 'ok');
  if (problems.length > 0) throw damaged(`${file} is damaged: ${problems.slice(0, 5).join('; ')}`);
}

function checkHeads(database: DatabaseSync, integrity: 'whole' | 'part'): void {
  const newest = integrity === 'whole' ? '' : `ORDER BY changed_at DESC, no DESC LIMIT ${HEADS_IN_PART}`;
  const wrong = database
    .prepare(
      `SELECT c.id, c.head_seq AS head FROM (SELECT * FROM conversations ${newest}) c WHERE NOT EXISTS (
         SELECT 1 FROM records r WHERE r.conversation_no = c.no AND r.number = c.head_number
         AND r.last_seq = c.head_seq AND r.hash = c.head_hash
         AND r.number = (SELECT max(number) FROM records WHERE conversation_no = c.no)) LIMIT 1`,
    )
    .get();
  if (wrong === undefined) return;
  throw damaged(
    `conversation ${String(wrong['id'])}: its newest record is not the one that its index names, at seq ${String(wrong['head'])}`,
  );
}

function checkTails(database: DatabaseSync): number {
  const newest = database
    .prepare('SELECT no FROM conversations ORDER BY changed_at DESC, no DESC LIMIT ?')
    .all(TAIL_CONVERSATIONS);
  const tail = database.prepare(
    `SELECT ${RECORD_COLUMNS} FROM records r JOIN conversations c ON c.no = r.conversation_no
     WHERE r.conversation_no = ? ORDER BY r.number DESC LIMIT ?`,
  );
  let [verified, bytes] = [0, 0];
  for (const { no } of newest) {
    let later: RecordRow | null = null;
    for (const row of tail.all(no as number, TAIL_RECORDS) as unknown as RecordRow[]) {
      const problem = auditRecord(row)?.message ?? brokenLink(row, later);
      if (problem !== null) {
        throw damaged(`conversation ${row.conversation}, record at seq ${row.firstSeq}: ${problem}`);
      }
      later = row;
      verified += 1;
      bytes += row.events.length;
    }
    if (bytes > TAIL_BYTES) break;
  }
  return verified;
}

function brokenLink(row: RecordRow, later: RecordRow | null): string | null {
  if (later === null) return null;
  const { number, firstSeq, previousHash } = later;
  if (number === row.number + 1 && firstSeq === row.lastSeq + 1 && previousHash === row.hash) return null;
  return `the record at seq ${later.firstSeq} does not follow it`;
}

/** @param database null for a log without any record */
function checkWitness(directory: string, database: DatabaseSync | null): void {
  const witness = readWitness(directory);
  if (witness === null) return;
  const row = database?.prepare('SELECT hash FROM records WHERE seq = ?').get(witness.seq);
  if (row?.['hash'] === witness.hash) return;
  const last = database === null ? 0 : number(database, 'SELECT coalesce(max(seq), 0) FROM records');
  const lost =
    last < witness.seq
      ? `${witness.seq - last} acknowledged records are gone from its end`
      : `record ${witness.seq} of all is not the one that was acknowledged`;
  throw damaged(
    `${logPath(directory)}: ${lost}. Put the whole data directory back from one copy; whoever accepts the loss deletes ${witnessPath(directory)}`,
  );
}

function sizeOf(file: string): number {
  try {
    return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  } catch (cause) {
    throw new StorageError('storage.unavailable', `cannot look at ${file}`, { cause });
  }
}

const damaged = (message: string): StorageError => new StorageError('storage.damaged', message);

function report(
  schema: number,
  conversations: number,
  records: number,
  walBytes: number,
  integrity: 'whole' | 'part',
  recordsVerified: number,
  begun: number,
): Inspection {
  const durationMs = Math.round(performance.now() - begun);
  return { schema, conversations, records, walBytes, integrity, recordsVerified, durationMs };
}
