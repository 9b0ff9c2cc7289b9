import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { StorageError } from '../ports/event-log.ts';
import { Findings } from './findings.ts';
import type { Finding } from './findings.ts';
import { auditRecord } from './record-audit.ts';
import type { RecordRow } from './record-row.ts';
import { storageErrorOf } from './sqlite-errors.ts';
import { RECORD_COLUMNS, snapshotDigest } from './sqlite-reads.ts';
import { checkSchemaVersion, logPath, number, schemaVersion } from './sqlite-schema.ts';
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

interface Walked {
  readonly no: number;
  readonly id: string;
  readonly head_seq: number;
  readonly head_hash: string;
}

/**
 * Walks every conversation's chain in the log of `directory` and changes nothing; a hub may have the log
 * open meanwhile. Finds each edited, missing (also at the end) or reordered record, and what the index,
 * snapshots or the file's structure have wrong. What no look at the directory alone can find is a log
 * that somebody wrote anew as a whole, hashes, index and witness included.
 * @throws StorageError where there is no log, it is not one of Parley, or it cannot be opened at all.
 */
export async function verifyLog(
  directory: string,
  onProgress: (progress: VerifyProgress) => void = () => undefined,
): Promise<VerifyReport> {
  const findings = new Findings();
  const database = openReadOnly(directory);
  try {
    checkSchemaVersion(readable(() => schemaVersion(database)));
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
  return readable(
    () => {
      const database = new DatabaseSync(logPath(directory), { readOnly: true, timeout: 5_000 });
      try {
        number(database, 'SELECT count(*) FROM sqlite_schema');
        return database;
      } catch (error) {
        database.close();
        throw error;
      }
    },
    `${logPath(directory)}: `,
  );
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
  attempt(findings, null, 'the index of conversations', () => {
    conversationsTotal = number(database, 'SELECT count(*) FROM conversations');
  });
  for (let no: number | null = 0; no !== null;) {
    const page = pageOfConversations(database, no, findings);
    for (const conversation of page) {
      attempt(findings, conversation.id, 'its records', () =>
        walkConversation(database, conversation, findings, counts),
      );
      counts.conversations += 1;
    }
    onProgress({ conversations: counts.conversations, conversationsTotal, records: counts.records });
    no = page.at(-1)?.no ?? null;
    await setImmediate();
  }
  return counts;
}

function pageOfConversations(database: DatabaseSync, after: number, findings: Findings): Walked[] {
  let page: Walked[] = [];
  attempt(findings, null, 'the index of conversations', () => {
    page = database
      .prepare('SELECT no, id, head_seq, head_hash FROM conversations WHERE no > ? ORDER BY no LIMIT 100')
      .all(after) as unknown as Walked[];
  });
  return page;
}

/** In one transaction, so that a running hub cannot put the index and the records apart. */
function walkConversation(
  database: DatabaseSync,
  { no, id }: Walked,
  findings: Findings,
  counts: { records: number; events: number },
): void {
  database.exec('BEGIN');
  try {
    const index = database
      .prepare('SELECT no, id, head_seq, head_hash FROM conversations WHERE no = ?')
      .get(no) as unknown as Walked;
    const rows = database
      .prepare(
        `SELECT r.seq AS place, ${RECORD_COLUMNS} FROM records r JOIN conversations c ON c.no = r.conversation_no
         WHERE r.conversation_no = ? ORDER BY r.first_seq`,
      )
      .iterate(no) as unknown as Iterable<RecordRow & { place: number }>;
    const snapshot = snapshotOf(database, no);
    let snapshotFound = snapshot === null;
    let before: { seq: number; hash: string; place: number } = { seq: 0, hash: '', place: 0 };
    for (const row of rows) {
      checkLink(row, before, findings);
      const damage = auditRecord(row);
      if (damage !== null) findings.add(damage.kind, id, row.firstSeq, damage.message);
      if (snapshot?.seq === row.lastSeq && snapshot.hash === row.hash) snapshotFound = true;
      before = { seq: row.lastSeq, hash: row.hash, place: row.place };
      counts.records += 1;
      counts.events += row.lastSeq - row.firstSeq + 1;
    }
    checkHead(index, before, findings);
    if (!snapshotFound || snapshot?.intact === false) {
      findings.add(
        'snapshot',
        id,
        snapshot?.seq ?? null,
        'its snapshot is not of a record in the log, or damaged',
      );
    }
  } finally {
    database.exec('COMMIT');
  }
}

function checkLink(
  row: RecordRow & { place: number },
  before: { seq: number; hash: string; place: number },
  findings: Findings,
): void {
  const { conversation: id, firstSeq } = row;
  const events = row.events.split('\n').length;
  if (row.lastSeq - row.firstSeq + 1 !== events) {
    findings.add('edited', id, firstSeq, `it holds ${events} events but claims to end at seq ${row.lastSeq}`);
  }
  if (firstSeq > before.seq + 1) {
    findings.add('missing', id, before.seq + 1, `seq ${before.seq + 1} to ${firstSeq - 1} are gone`);
  } else if (firstSeq <= before.seq) {
    findings.add('reordered', id, firstSeq, `it overlaps the record before it, which ends at ${before.seq}`);
  } else if (row.previousHash !== before.hash) {
    findings.add('edited', id, firstSeq, 'it was sealed behind another record than the one before it');
  }
  if (row.place < before.place) {
    findings.add('reordered', id, firstSeq, 'it was stored before the record that it follows');
  }
}

function checkHead(index: Walked, last: { seq: number; hash: string }, findings: Findings): void {
  if (last.seq < index.head_seq) {
    findings.add(
      'missing',
      index.id,
      last.seq + 1,
      `seq ${last.seq + 1} to ${index.head_seq}, its newest, are gone`,
    );
  } else if (last.seq > index.head_seq) {
    findings.add('index', index.id, index.head_seq, `its index ends there, its records at ${last.seq}`);
  } else if (last.hash !== index.head_hash) {
    findings.add('edited', index.id, last.seq, 'its newest record is not the one that its index names');
  }
}

function snapshotOf(
  database: DatabaseSync,
  no: number,
): { seq: number; hash: string; intact: boolean } | null {
  const row = database
    .prepare('SELECT seq, hash, digest, state FROM snapshots WHERE conversation_no = ?')
    .get(no) as { seq: number; hash: string; digest: string; state: string } | undefined;
  return row ? { seq: row.seq, hash: row.hash, intact: snapshotDigest(row) === row.digest } : null;
}
