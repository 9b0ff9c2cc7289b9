import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StorageError } from '../ports/event-log.ts';
import { lockDirectory } from './directory-lock.ts';

/** The file system's own word on a file: it has another one once the file was written again, or copied. */
interface Mark {
  readonly ino: string;
  readonly ctimeNs: string;
}

interface Kept {
  readonly id: string;
  readonly original: Mark;
}

/** What is known of the log when its line is looked for. */
export interface Found {
  /** In the whole log. */
  readonly records: number;
  /** The {@link readWitness witness} was there and agreed with the log. */
  readonly witnessed: boolean;
}

const ORIGINAL = 'original';
const LINEAGE = 'lineage';
const EXPLANATION =
  'Nobody writes here. If this file is not the one that the hub made, the log was put back from a copy.\n';

/**
 * Which line of events this log goes on with: '' for one that has never been anything else, and another id
 * each time the log was put back from a copy, so that equal seqs never hide a loss (CS-5). A copy is known
 * by a file beside the log that is never written again: put back with the folder it is another file, or one
 * that was changed. A log whose witness is gone may have lost its end, and counts as put back too. What
 * happens below the file system (a snapshot of the disk) cannot be seen: see {@link declareRestored}.
 * @throws StorageError storage.unavailable
 */
export function lineageOf(directory: string, { records, witnessed }: Found): string {
  try {
    const kept = read(directory);
    const isSame = kept !== null && sameMark(markOf(directory), kept.original);
    if (isSame && (witnessed || records === 0)) return kept.id;
    return begin(directory, records === 0 ? '' : randomBytes(6).toString('base64url'));
  } catch (cause) {
    throw new StorageError('storage.unavailable', `cannot tell whose log is in ${directory}`, { cause });
  }
}

/**
 * For whoever put a log back in a way that a hub cannot see: the next one to open it begins a new line.
 * @throws StorageError storage.unavailable where a hub has it open, or there is no log.
 */
export function declareRestored(directory: string): void {
  if (read(directory) === null) {
    throw new StorageError('storage.unavailable', `no hub has had a log in ${directory}`);
  }
  const lock = lockDirectory(directory);
  try {
    rmSync(join(directory, ORIGINAL), { force: true });
  } finally {
    lock.release();
  }
}

function begin(directory: string, id: string): string {
  const original = join(directory, ORIGINAL);
  rmSync(original, { force: true });
  // Writable: a copy that is laid over it has to change it, and not to fail at it alone.
  writeFileSync(original, EXPLANATION, { mode: 0o600 });
  const kept: Kept = { id, original: markOf(directory)! };
  const file = join(directory, LINEAGE);
  // Whole or not at all: a hub that is killed here finds neither and begins again.
  writeFileSync(`${file}.new`, JSON.stringify(kept), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return id;
}

/** Null where there is none, or none that can be read (torn by a power cut). */
function read(directory: string): Kept | null {
  const text = readIfThere(join(directory, LINEAGE));
  if (text === null) return null;
  try {
    const { id, original } = JSON.parse(text) as Partial<Kept>;
    return typeof id === 'string' && original !== undefined ? { id, original } : null;
  } catch {
    return null;
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function markOf(directory: string): Mark | null {
  const found = statSync(join(directory, ORIGINAL), { bigint: true, throwIfNoEntry: false });
  return found ? { ino: `${found.ino}`, ctimeNs: `${found.ctimeNs}` } : null;
}

const sameMark = (one: Mark | null, other: Mark): boolean =>
  one !== null && one.ino === other.ino && one.ctimeNs === other.ctimeNs;
