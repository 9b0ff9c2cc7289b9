import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { StorageError } from '../ports/event-log.ts';
import { Findings } from './findings.ts';
import type { Finding } from './findings.ts';
import { ChainCheck } from './verify-chain.ts';
import { storageErrorOf } from './sqlite-errors.ts';
import { checkSchemaVersion, logPath, number, schemaVersion, viewAsNewest } from './sqlite-schema.ts';
import { readWitness } from './witness.ts';

export interface VerifyReport {
  /** No finding. */
  readonly ok: boolean;
  readonly conversations: number;
  readonly records: number;
  readonly events: number;
  /** At most 1 000 are kept; `findingsTotal` counts all. */
  readonly findings: readonly Finding[];
  readonly findingsTotal: number;
}

export interface VerifyProgress {
  readonly conversations: number;
  readonly conversationsTotal: number;
  readonly records: number;
}

/**
 * Walks every conversation's chain in the log of `directory` and changes nothing; a hub may have the log
 * open meanwhile. Finds each edited, missing (also at the end) or reordered record, and what the index,
 * snapshots or the file's structure have wrong. Not covered are the parts of the index that no chain
 * holds and each append replaces: titles, statuses, deadlines, summaries and readers. What no look at
 * the directory alone can find is a log that somebody wrote anew as a whole, hashes and witness included.
 * @throws StorageError where there is no log, it is not one of Parley, or it cannot be opened at all.
 */
export async function verifyLog(
  directory: string,
  onProgress: (progress: VerifyProgress) => void = () => undefined,
): Promise<VerifyReport> {
  const findings = new Findings();
  const database = openReadOnly(directory);
  try {
    const schema = readable(() => schemaVersion(database));
    checkSchemaVersion(schema);
    if (schema > 0) viewAsNewest(database, schema);
    attempt(findings, null, 'the file', () => checkStructure(database, findings));
    attempt(findings, null, 'the order of all records', () => checkWhole(directory, database, findings));
    const counts = await walk(database, findings, onProgress);
    const { kept, total } = findings;
    return { ok: total === 0, ...counts, findings: kept, findingsTotal: total };
  } finally {
    database.close();
  }
}

function openReadOnly(directory: string): DatabaseSync {
  const file = logPath(directory);
  if (!existsSync(file)) {
    throw new StorageError(
      'storage.unavailable',
      `${file}: there is no log; give the folder that the hub has as --data`,
    );
  }
  return readable(() => {
    const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    try {
      number(database, 'SELECT count(*) FROM sqlite_schema');
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  }, `${file}: `);
}

function readable<T>(task: () => T, prefix = ''): T {
  try {
    return task();
  } catch (error) {
    const known = storageErrorOf(error);
    if (known === null) throw error;
    throw new StorageError(known.code, prefix + known.message, { cause: error });
  }
}

/** A part that SQLite cannot read is a finding, and no reason not to look at the others. */
function attempt(findings: Findings, conversation: string | null, what: string, task: () => void): void {
  try {
    task();
  } catch (error) {
    const known = storageErrorOf(error);
    if (known === null) throw error;
    findings.add('unreadable', conversation, null, `${what}: ${known.message}`);
  }
}

function checkStructure(database: DatabaseSync, findings: Findings): void {
  for (const row of database.prepare('PRAGMA integrity_check(100)').iterate()) {
    const text = String(Object.values(row)[0]);
    if (text !== 'ok') findings.add('structure', null, null, text);
  }
}

/** What no single conversation shows: places in the whole log's order, and whole conversations, that are gone. */
function checkWhole(directory: string, database: DatabaseSync, findings: Findings): void {
  const gaps = database
    .prepare(
      `SELECT before, seq FROM (SELECT seq, lag(seq, 1, 0) OVER (ORDER BY seq) AS before FROM records)
       WHERE seq <> before + 1 LIMIT 100`,
    )
    .all() as { before: number; seq: number }[];
  for (const { before, seq } of gaps) {
    const places = seq - before - 1;
    findings.add('missing', null, null, `${places} of all records before place ${seq} of the whole log`);
  }
  const orphans = database
    .prepare(
      `SELECT conversation_no AS no, count(*) AS count FROM records
       WHERE conversation_no NOT IN (SELECT no FROM conversations) GROUP BY conversation_no LIMIT 100`,
    )
    .all() as { no: number; count: number }[];
  for (const { no, count } of orphans) {
    findings.add('index', null, null, `${count} records belong to conversation number ${no}, which is gone`);
  }
  // Read first: whatever it names was in the log by then, even while a hub goes on writing.
  const witness = readWitness(directory);
  if (witness === null) return;
  const row = database.prepare('SELECT hash FROM records WHERE seq = ?').get(witness.seq);
  if (row?.['hash'] === witness.hash) return;
  const last = number(database, 'SELECT coalesce(max(seq), 0) FROM records');
  if (last < witness.seq) {
    findings.add('missing', null, null, `${witness.seq - last} acknowledged records at the end of the log`);
  } else {
    findings.add('edited', null, null, `record ${witness.seq} of all is not the one that was acknowledged`);
  }
}

async function walk(
  database: DatabaseSync,
  findings: Findings,
  onProgress: (progress: VerifyProgress) => void,
): Promise<{ conversations: number; records: number; events: number }> {
  const counts = { conversations: 0, records: 0, events: 0 };
  let conversationsTotal = 0;
  let page: { no: number; id: string }[] = [];
  const chains = new ChainCheck(database, findings);
  const pages = database.prepare('SELECT no, id FROM conversations WHERE no > ? ORDER BY no LIMIT 100');
  attempt(findings, null, 'the index of conversations', () => {
    conversationsTotal = number(database, 'SELECT count(*) FROM conversations');
  });
  for (let no: number | null = 0; no !== null;) {
    const after = no;
    page = [];
    attempt(findings, null, 'the index of conversations', () => {
      page = pages.all(after) as { no: number; id: string }[];
    });
    for (const conversation of page) {
      attempt(findings, conversation.id, 'its records', () => chains.walk(conversation));
      counts.conversations += 1;
    }
    const { records, events } = chains;
    Object.assign(counts, { records, events });
    onProgress({ conversations: counts.conversations, conversationsTotal, records });
    no = page.at(-1)?.no ?? null;
    await setImmediate();
  }
  return counts;
}
