import { createHash, hash } from 'node:crypto';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Head, ListedConversation, PageLimits, Snapshot } from '../ports/event-log.ts';
import { StorageError } from '../ports/event-log.ts';
import { headOf, sameHead } from '../ports/record.ts';
import type { RecordRow } from './record-row.ts';
import { RECORD_COLUMNS } from './record-row.ts';
import type { Operations } from './sqlite-protocol.ts';

/** A conversation's row, as far as appends need it. */
export interface ConversationRow {
  readonly no: number;
  readonly epoch: string;
  readonly head: Head;
}

const RECORDS = `SELECT ${RECORD_COLUMNS} FROM records r JOIN conversations c ON c.no = r.conversation_no`;

/** A principal with more conversations than this is better served by walking all in their order. */
const SORTED_READER_ROWS = 2_000;

/** Every question that is put to the database, each with its statement prepared once. */
export class SqliteReads {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  conversation(id: string): ConversationRow | null {
    const row = this.#get(
      'SELECT no, epoch, head_seq, head_number, head_hash FROM conversations WHERE id = ?',
      id,
    );
    if (row === undefined) return null;
    const head = {
      seq: row['head_seq'] as number,
      number: row['head_number'] as number,
      hash: row['head_hash'] as string,
    };
    return { no: row['no'] as number, epoch: row['epoch'] as string, head };
  }

  head({ conversation }: Operations['head']['takes']): Operations['head']['gives'] {
    const row = this.conversation(conversation);
    return row && { ...row.head, epoch: row.epoch };
  }

  /**
   * Checks that each record follows the one before it; its content is left to verify.ts. Where records
   * without events stand between two, only their seqs are seen to follow.
   */
  read({ conversation, after, limits }: Operations['read']['takes']): RecordRow[] {
    const known = this.conversation(conversation);
    if (known === null || after >= known.head.seq) return [];
    const rows = this.#prepare(
      `${RECORDS} WHERE r.conversation_no = ?1 AND r.last_seq >= r.first_seq AND r.first_seq >= coalesce(
         (SELECT max(first_seq) FROM records WHERE conversation_no = ?1 AND last_seq >= first_seq
          AND first_seq <= ?2), 0) ORDER BY r.first_seq`,
    ).iterate(known.no, after + 1) as unknown as Iterable<RecordRow>;
    const { head } = known;
    return readPage(conversation, head, limits, {
      rows,
      isNext: (row, before) =>
        before === null ? row.firstSeq <= after + 1 && row.lastSeq > after : followsInSeq(row, before),
      isLast: (row) => row.lastSeq === head.seq && (row.number < head.number || row.hash === head.hash),
    });
  }

  readRecords({ conversation, after, limits }: Operations['readRecords']['takes']): RecordRow[] {
    const known = this.conversation(conversation);
    if (known === null || after >= known.head.number) return [];
    const rows = this.#prepare(
      `${RECORDS} WHERE r.conversation_no = ? AND r.number > ? ORDER BY r.number`,
    ).iterate(known.no, after) as unknown as Iterable<RecordRow>;
    const { head } = known;
    return readPage(conversation, head, limits, {
      rows,
      isNext: (row, before) =>
        row.number === (before?.number ?? after) + 1 && (before === null || followsInSeq(row, before)),
      isLast: (row) => sameHead(headOf(row), head),
    });
  }

  fate({ conversation, number, hash: wanted }: Operations['fate']['takes']): { stored: boolean } {
    const row = this.#get(
      `SELECT r.hash FROM records r JOIN conversations c ON c.no = r.conversation_no
       WHERE c.id = ? AND r.number = ?`,
      conversation,
      number,
    );
    return { stored: row?.['hash'] === wanted };
  }

  findCommand({ conversation, author, id }: Operations['findCommand']['takes']): RecordRow | null {
    const known = this.conversation(conversation);
    return known && this.lookUp(known.no, author, id).row;
  }

  /**
   * The record of a command, or else the free key under which it may be stored. Two commands with the
   * same 64 bits are told apart by their real names; the later one has the next key.
   */
  lookUp(no: number, author: string, id: string): { row: RecordRow | null; key: bigint } {
    let key = commandKey(author, id);
    for (;;) {
      const row = this.#get(`${RECORDS} WHERE r.conversation_no = ? AND r.command_key = ?`, no, key);
      if (row === undefined) return { row: null, key };
      const stored = row as unknown as RecordRow;
      if (stored.author === author && stored.commandId === id) return { row: stored, key };
      key = BigInt.asIntN(64, key + 1n);
    }
  }

  /** Null also where what is kept was damaged: the log says the same, only slower. The caller is told. */
  latestSnapshot(conversation: string, onDamage: (message: string) => void): Snapshot | null {
    const row = this.#get(
      `SELECT s.seq, s.number, s.hash, s.digest, s.state FROM snapshots s
       JOIN conversations c ON c.no = s.conversation_no WHERE c.id = ?`,
      conversation,
    ) as (Snapshot & { readonly digest: string }) | undefined;
    if (row === undefined) return null;
    const { digest, ...snapshot } = row;
    if (digest === snapshotDigest(snapshot)) return snapshot;
    onDamage(`the snapshot of conversation ${conversation} at seq ${row.seq} is damaged and not used`);
    return null;
  }

  list({ filter, limit, from }: Operations['list']['takes']): Operations['list']['gives'] {
    const { reader, attended, status } = filter;
    const values: Record<string, SQLInputValue> = { limit: limit + 1 };
    const conditions: string[] = [];
    let source = 'conversations c';
    if (reader !== undefined) {
      values['reader'] = reader;
      if (this.#isReaderOfFew(reader)) {
        source = 'readers r CROSS JOIN conversations c ON c.no = r.conversation_no';
        conditions.push('r.principal = :reader');
      } else {
        conditions.push(
          'EXISTS (SELECT 1 FROM readers r WHERE r.principal = :reader AND r.conversation_no = c.no)',
        );
      }
    }
    if (attended === true) conditions.push('c.attended = 1');
    if (status !== undefined) {
      values['status'] = status;
      conditions.push('c.status = :status');
    }
    if (from !== null) {
      values['changedAt'] = from.changedAt;
      values['no'] = from.no;
      conditions.push('(c.changed_at, c.no) < (:changedAt, :no)');
    }
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    const rows = this.#prepare(
      `SELECT c.no, c.id, c.epoch, c.head_seq, c.changed_at, c.due, c.attended, c.status, c.title, c.summary
       FROM ${source} ${where} ORDER BY c.changed_at DESC, c.no DESC LIMIT :limit`,
    ).all(values) as unknown as ListRow[];
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      conversations: shown.map(listing),
      next: last ? { changedAt: last.changed_at, no: last.no } : null,
    };
  }

  dueBefore({ instant, limit }: Operations['dueBefore']['takes']): Operations['dueBefore']['gives'] {
    return this.#prepare(
      'SELECT id AS conversation, due FROM conversations WHERE due < ? ORDER BY due LIMIT ?',
    ).all(instant, limit) as { conversation: string; due: number }[];
  }

  #isReaderOfFew(principal: string): boolean {
    const row = this.#get(
      'SELECT count(*) AS rows FROM (SELECT 1 FROM readers WHERE principal = ? LIMIT ?)',
      principal,
      SORTED_READER_ROWS + 1,
    );
    return (row?.['rows'] as number) <= SORTED_READER_ROWS;
  }

  #get(sql: string, ...values: SQLInputValue[]): Record<string, unknown> | undefined {
    return this.#prepare(sql).get(...values);
  }

  /** Bounded by the number of different questions: conditions vary in `list` only, 32 ways. */
  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

interface ListRow {
  readonly no: number;
  readonly id: string;
  readonly epoch: string;
  readonly head_seq: number;
  readonly changed_at: number;
  readonly due: number | null;
  readonly attended: number;
  readonly status: string;
  readonly title: string;
  readonly summary: string;
}

const listing = (row: ListRow): ListedConversation => ({
  conversation: row.id,
  epoch: row.epoch,
  seq: row.head_seq,
  changedAt: row.changed_at,
  status: row.status,
  title: row.title,
  due: row.due,
  attended: row.attended === 1,
  summary: row.summary,
});

/** Stands with a snapshot, which no hash chain covers, to tell rot from what was saved. */
export const snapshotDigest = ({ seq, number, hash: head, state }: Snapshot): string =>
  hash('sha256', `${seq} ${number} ${head} ${state}`, 'hex');

const commandKey = (author: string, id: string): bigint =>
  createHash('sha256').update(`${author}\n${id}`).digest().readBigInt64BE();

interface Walk {
  readonly rows: Iterable<RecordRow>;
  readonly isNext: (row: RecordRow, before: RecordRow | null) => boolean;
  readonly isLast: (row: RecordRow) => boolean;
}

/** Takes records until a limit is met, seeing to it that none is missing between them or at the end. */
function readPage(
  conversation: string,
  head: Head,
  { limit, maxBytes }: PageLimits,
  { rows, isNext, isLast }: Walk,
): RecordRow[] {
  const page: RecordRow[] = [];
  let before: RecordRow | null = null;
  let bytes = 0;
  for (const row of rows) {
    if (!isNext(row, before)) {
      throw damaged(conversation, row.firstSeq, 'does not follow the record before it');
    }
    bytes += row.events.length;
    if (page.length > 0 && (page.length >= limit || bytes > maxBytes)) return page;
    page.push(row);
    before = row;
  }
  if (before === null || !isLast(before)) {
    throw damaged(conversation, head.seq, 'is the newest by the index, but not in the log');
  }
  return page;
}

/** Between the two there may be records without events that were not read. */
function followsInSeq(row: RecordRow, before: RecordRow): boolean {
  if (row.firstSeq !== before.lastSeq + 1 || row.number <= before.number) return false;
  return row.number > before.number + 1 || row.previousHash === before.hash;
}

function damaged(conversation: string, seq: number, what: string): StorageError {
  return new StorageError(
    'storage.damaged',
    `conversation ${conversation}: the record at seq ${seq} ${what}`,
  );
}
