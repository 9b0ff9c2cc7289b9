import { StorageError } from '../ports/event-log.ts';

/** SQLite's primary result codes that mean something else than "cannot be written or read now". */
const FULL = 13;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;
const CONSTRAINT = 19;

/** What node:sqlite throws, told apart from faults of our own code; null for the latter. */
export function storageErrorOf(error: unknown): StorageError | null {
  if (error instanceof StorageError) return error;
  const code = sqliteCode(error);
  if (code === null) return null;
  const message = `SQLite says: ${(error as Error).message} (result code ${(error as SqliteFailure).errcode})`;
  if (code === FULL) return new StorageError('storage.full', message, { cause: error });
  if (code === CORRUPT || code === NOT_A_DATABASE) {
    return new StorageError('storage.damaged', message, { cause: error });
  }
  return new StorageError('storage.unavailable', message, { cause: error });
}

/** True where one statement was refused by the schema and the transaction around it is unharmed. */
export const isConstraint = (error: unknown): boolean => sqliteCode(error) === CONSTRAINT;

interface SqliteFailure extends Error {
  readonly errcode: number;
}

function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  return error.errcode & 0xff;
}
