import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { StorageError } from '../ports/event-log.ts';

export const logPath = (directory: string): string => join(directory, 'log.sqlite');

/** "PRLY": tells our file from another program's. */
const APPLICATION_ID = 0x50_52_4c_59;

/**
 * One step of the schema, applied once and in order. What was released never changes: a correction is
 * a further step.
 */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    // `records.seq` is the whole log's own order, dense because nothing is ever deleted: verify.ts
    // relies on that. It never leaves the adapter. command_key is null for the hub's own commands.
    sql: `
      CREATE TABLE conversations (
        no INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        epoch TEXT NOT NULL,
        head_seq INTEGER NOT NULL,
        head_hash TEXT NOT NULL,
        changed_at INTEGER NOT NULL,
        due INTEGER,
        attended INTEGER NOT NULL,
        status TEXT NOT NULL,
        title TEXT NOT NULL,
        summary TEXT NOT NULL
      ) STRICT;
      CREATE INDEX conversations_by_change ON conversations (changed_at, no);
      CREATE INDEX conversations_by_status ON conversations (status, changed_at, no);
      CREATE INDEX conversations_due ON conversations (due) WHERE due IS NOT NULL;
      CREATE INDEX conversations_attended ON conversations (no) WHERE attended = 1;
      CREATE TABLE records (
        seq INTEGER PRIMARY KEY,
        conversation_no INTEGER NOT NULL,
        first_seq INTEGER NOT NULL,
        last_seq INTEGER NOT NULL,
        epoch TEXT NOT NULL,
        at INTEGER NOT NULL,
        author TEXT,
        command_id TEXT,
        digest TEXT,
        command_key INTEGER,
        reply TEXT,
        previous_hash TEXT NOT NULL,
        hash TEXT NOT NULL,
        extras TEXT,
        events TEXT NOT NULL,
        UNIQUE (conversation_no, first_seq)
      ) STRICT;
      CREATE UNIQUE INDEX records_by_command ON records (conversation_no, command_key)
        WHERE command_key IS NOT NULL;
      CREATE TABLE readers (
        principal TEXT NOT NULL,
        conversation_no INTEGER NOT NULL,
        PRIMARY KEY (principal, conversation_no)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE snapshots (
        conversation_no INTEGER PRIMARY KEY,
        seq INTEGER NOT NULL,
        hash TEXT NOT NULL,
        digest TEXT NOT NULL,
        state TEXT NOT NULL
      ) STRICT;
    `,
  },
  {
    version: 2,
    // A record may have no events, so its place is its number, and its seqs are not its own alone. No
    // record of schema 1 is without events. Snapshots are made again as conversations are used.
    sql: `
      ALTER TABLE conversations ADD COLUMN head_number INTEGER NOT NULL DEFAULT 0;
      UPDATE conversations SET head_number =
        (SELECT count(*) FROM records WHERE conversation_no = conversations.no);
      CREATE TABLE numbered_records (
        seq INTEGER PRIMARY KEY,
        conversation_no INTEGER NOT NULL,
        number INTEGER NOT NULL,
        first_seq INTEGER NOT NULL,
        last_seq INTEGER NOT NULL,
        epoch TEXT NOT NULL,
        at INTEGER NOT NULL,
        author TEXT,
        command_id TEXT,
        digest TEXT,
        command_key INTEGER,
        reply TEXT,
        previous_hash TEXT NOT NULL,
        hash TEXT NOT NULL,
        extras TEXT,
        events TEXT NOT NULL,
        UNIQUE (conversation_no, number)
      ) STRICT;
      INSERT INTO numbered_records
        SELECT seq, conversation_no, row_number() OVER (PARTITION BY conversation_no ORDER BY first_seq),
          first_seq, last_seq, epoch, at, author, command_id, digest, command_key, reply, previous_hash,
          hash, extras, events
        FROM records;
      DROP TABLE records;
      ALTER TABLE numbered_records RENAME TO records;
      CREATE UNIQUE INDEX records_by_seq ON records (conversation_no, first_seq)
        WHERE last_seq >= first_seq;
      CREATE UNIQUE INDEX records_by_command ON records (conversation_no, command_key)
        WHERE command_key IS NOT NULL;
      DROP TABLE snapshots;
      CREATE TABLE snapshots (
        conversation_no INTEGER PRIMARY KEY,
        seq INTEGER NOT NULL,
        number INTEGER NOT NULL,
        hash TEXT NOT NULL,
        digest TEXT NOT NULL,
        state TEXT NOT NULL
      ) STRICT;
    `,
  },
];

/**
 * Makes a file of an older schema look like one of the newest to this connection alone, so that it can be
 * checked before anything in it is changed (RL-5).
 */
export function viewAsNewest(database: DatabaseSync, version: number): void {
  if (version !== 1) return;
  database.exec(`
    CREATE TEMP VIEW records AS SELECT *,
      row_number() OVER (PARTITION BY conversation_no ORDER BY first_seq) AS number FROM main.records;
    CREATE TEMP VIEW conversations AS SELECT *,
      (SELECT count(*) FROM main.records WHERE conversation_no = no) AS head_number FROM main.conversations;
    CREATE TEMP VIEW snapshots AS SELECT *, 0 AS number FROM main.snapshots WHERE false;
  `);
}

/** 0 for an empty file. @throws StorageError where the file is another program's. */
export function schemaVersion(database: DatabaseSync): number {
  const application = number(database, 'PRAGMA application_id');
  const tables = number(database, "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'");
  if (application === 0 && tables === 0) return 0;
  if (application !== APPLICATION_ID) {
    throw new StorageError('storage.damaged', 'log.sqlite is an SQLite database, but not one of Parley');
  }
  return number(database, 'SELECT coalesce(max(version), 0) FROM schema_versions');
}

/** @throws StorageError storage.unavailable where a newer Parley has written the file. */
export function checkSchemaVersion(version: number, migrations: readonly Migration[] = MIGRATIONS): void {
  const known = migrations.at(-1)?.version ?? 0;
  if (version > known) {
    throw new StorageError(
      'storage.unavailable',
      `log.sqlite has schema ${version}, written by a newer Parley; this one knows schema ${known}`,
    );
  }
}

/** Brings an older (or empty) file to the newest schema, each step whole or not at all. Returns the old version. */
export function migrate(database: DatabaseSync, migrations: readonly Migration[] = MIGRATIONS): number {
  const from = schemaVersion(database);
  checkSchemaVersion(from, migrations);
  for (const { version, sql } of migrations) {
    if (version <= from) continue;
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      database.exec('CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY) STRICT');
      database.exec(sql);
      database.prepare('INSERT INTO schema_versions (version) VALUES (?)').run(version);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
  return from;
}

/** The single number that a query gives. */
export function number(database: DatabaseSync, sql: string): number {
  const row = database.prepare(sql).get();
  const value = row === undefined ? undefined : Object.values(row)[0];
  if (typeof value !== 'number') throw new Error(`no number from ${sql}`);
  return value;
}
