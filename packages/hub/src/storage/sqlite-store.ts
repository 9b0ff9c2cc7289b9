import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ConversationIndex } from '../ports/event-log.ts';
import { StorageError } from '../ports/event-log.ts';
import { NO_HEAD, sameHead } from '../ports/record.ts';
import type { RecordRow } from './record-row.ts';
import { isConstraint, storageErrorOf } from './sqlite-errors.ts';
import type { Operations, StoredOutcome } from './sqlite-protocol.ts';
import { SqliteReads, snapshotDigest } from './sqlite-reads.ts';
import { number } from './sqlite-schema.ts';
import type { LastRecord } from './witness.ts';

/** One of the writes that share a transaction. */
export type Write =
  | { readonly op: 'append'; readonly takes: Operations['append']['takes'] }
  | { readonly op: 'saveSnapshot'; readonly takes: Operations['saveSnapshot']['takes'] };

/** What became of a write: its value, or why it alone was refused. */
export type Written = { readonly value: StoredOutcome | null } | { readonly error: unknown };

/** The log's tables, written in groups: the caller decides what forms one. */
export class SqliteStore {
  readonly reads: SqliteReads;
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepareWrites>;
  #last: LastRecord | null;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.reads = new SqliteReads(database);
    this.#statements = prepareWrites(database);
    const last = database.prepare('SELECT seq, hash FROM records ORDER BY seq DESC LIMIT 1').get();
    this.#last = last ? { seq: last['seq'] as number, hash: last['hash'] as string } : null;
  }

  /** The newest record that is durable. */
  get last(): LastRecord | null {
    return this.#last;
  }

  /**
   * Writes all in one transaction. A conflict, a duplicate or a fault of one leaves the others alone.
   * @throws StorageError where the group could not be made durable; then nothing of it is stored.
   */
  writeGroup(writes: readonly Write[]): Written[] {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      let last: LastRecord | null = null;
      const results = writes.map((write): Written => {
        const result = this.#writeOne(write);
        if ('value' in result && result.value?.outcome === 'appended' && write.op === 'append') {
          last = { seq: this.#statements.lastRowid, hash: write.takes.row.hash };
        }
        return result;
      });
      this.#database.exec('COMMIT');
      this.#last = last ?? this.#last;
      return results;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw storageErrorOf(error) ?? error;
    }
  }

  /**
   * After a commit that failed while its frames were being flushed, the WAL may still end in them, and
   * a crash would bring back what was refused. Any later commit writes over them; this one does so now.
   */
  overwriteFailedTail(): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      // Any change would do; the number counts how often this was needed.
      const failures = number(this.#database, 'PRAGMA user_version');
      this.#database.exec(`PRAGMA user_version = ${failures + 1}`);
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw storageErrorOf(error) ?? error;
    }
  }

  #writeOne(write: Write): Written {
    this.#database.exec('SAVEPOINT one');
    let result: Written;
    try {
      result = { value: write.op === 'append' ? this.#append(write.takes) : this.#snapshot(write.takes) };
    } catch (error) {
      // Anything but a broken constraint concerns the file as a whole, and so the whole group.
      if (storageErrorOf(error) !== null && !isConstraint(error)) throw error;
      this.#database.exec('ROLLBACK TO one');
      result = { error: isConstraint(error) ? contradiction(write, error) : error };
    }
    this.#database.exec('RELEASE one');
    return result;
  }

  #append({ row, index }: Operations['append']['takes']): StoredOutcome {
    const known = this.reads.conversation(row.conversation);
    let key: bigint | null = null;
    if (row.author !== null && row.commandId !== null) {
      const command = this.reads.lookUp(known?.no ?? 0, row.author, row.commandId);
      if (command.row !== null) return { outcome: 'duplicate', row: command.row };
      key = command.key;
    }
    const head = known?.head ?? NO_HEAD;
    const expected = { seq: row.firstSeq - 1, number: row.number - 1, hash: row.previousHash };
    if (!sameHead(head, expected)) return { outcome: 'conflict', head };
    const no = this.#statements.conversation(known?.no ?? null, row, index);
    for (const reader of index.readers) this.#statements.reader.run(reader, no);
    this.#statements.record(no, row, key);
    return { outcome: 'appended' };
  }

  #snapshot({ conversation, snapshot }: Operations['saveSnapshot']['takes']): null {
    const known = this.reads.conversation(conversation);
    if (known === null) throw new Error(`no conversation ${conversation} to keep a snapshot of`);
    const { seq, number: place, hash, state } = snapshot;
    this.#statements.snapshot.run(known.no, seq, place, hash, snapshotDigest(snapshot), state);
    return null;
  }
}

/** The index says that a record can follow, the records say that it cannot: one of them is damaged. */
function contradiction(write: Write, cause: unknown): StorageError {
  const conversation = write.op === 'append' ? write.takes.row.conversation : write.takes.conversation;
  const message = `conversation ${conversation}: its index and its records contradict each other`;
  return new StorageError('storage.damaged', message, { cause });
}

function prepareWrites(database: DatabaseSync) {
  const create = database.prepare(
    `INSERT INTO conversations (id, epoch, head_seq, head_number, head_hash, changed_at, due, attended, status,
       title, summary)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = database.prepare(
    `UPDATE conversations SET epoch = ?, head_seq = ?, head_number = ?, head_hash = ?, changed_at = ?, due = ?,
     attended = ?, status = ?, title = ?, summary = ? WHERE no = ?`,
  );
  const insert: StatementSync = database.prepare(
    `INSERT INTO records (conversation_no, number, first_seq, last_seq, epoch, at, author, command_id, digest,
       command_key, reply, previous_hash, hash, extras, events)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return {
    lastRowid: 0,
    reader: database.prepare('INSERT OR IGNORE INTO readers (principal, conversation_no) VALUES (?, ?)'),
    snapshot: database.prepare(
      `INSERT INTO snapshots (conversation_no, seq, number, hash, digest, state) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (conversation_no) DO UPDATE SET
         seq = excluded.seq, number = excluded.number, hash = excluded.hash, digest = excluded.digest,
         state = excluded.state
       WHERE excluded.number >= snapshots.number`,
    ),
    /** Creates or replaces the conversation's row; returns its number. */
    conversation(no: number | null, row: RecordRow, index: ConversationIndex): number {
      const head = [row.lastSeq, row.number, row.hash] as const;
      const values = [row.epoch, ...head, row.at, index.due, index.attended ? 1 : 0] as const;
      const { status, title, summary } = index;
      if (no === null) {
        const { lastInsertRowid } = create.run(row.conversation, ...values, status, title, summary);
        return Number(lastInsertRowid);
      }
      update.run(...values, status, title, summary, no);
      return no;
    },
    record(no: number, row: RecordRow, key: bigint | null): void {
      const { lastInsertRowid } = insert.run(
        no,
        row.number,
        row.firstSeq,
        row.lastSeq,
        row.epoch,
        row.at,
        row.author,
        row.commandId,
        row.digest,
        key,
        row.reply,
        row.previousHash,
        row.hash,
        row.extras,
        row.events,
      );
      this.lastRowid = Number(lastInsertRowid);
    },
  };
}
