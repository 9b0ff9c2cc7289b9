import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StorageError } from '../ports/event-log.ts';

/**
 * Makes sure that one hub at a time has a data directory. The lock is an open transaction on an empty
 * database beside the log: the operating system drops it with its process, however that ends, so nothing
 * stale is ever in the way, and readers such as `parley verify` are not kept out of the log itself.
 * It is held by the main thread so that it outlives a worker that has to be started again.
 * @throws StorageError storage.unavailable where another hub has the directory or it cannot be written.
 */
export function lockDirectory(directory: string): { release(): void } {
  let database: DatabaseSync | null = null;
  try {
    // Transcripts are nobody else's to read.
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    database = new DatabaseSync(join(directory, 'lock.db'), { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database?.close();
    throw new StorageError('storage.unavailable', refusal(directory, cause), { cause });
  }
  const held = database;
  return { release: () => held.close() };
}

const SQLITE_BUSY = 5;

function refusal(directory: string, cause: unknown): string {
  const busy = cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY;
  if (busy) return `another hub has the data directory ${directory} open`;
  return `cannot lock the data directory ${directory}: ${cause instanceof Error ? cause.message : String(cause)}`;
}
