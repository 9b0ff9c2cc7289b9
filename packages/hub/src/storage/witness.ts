import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StorageError } from '../ports/event-log.ts';

/** The last record of the whole log that was durable: its place in the table and its hash. */
export interface LastRecord {
  readonly seq: number;
  readonly hash: string;
}

/**
 * A small file beside the log that says up to where the log was durable. It is written after each commit
 * and never flushed by itself, so it costs microseconds; since it always comes after the commit, it may
 * lag behind the log (a power cut) but is never ahead of it, unless the log has lost what was
 * acknowledged: a WAL file that was cut or deleted, a database put back from an older copy. SQLite alone
 * cannot tell those from an orderly end.
 */
export class Witness {
  readonly #file: number;

  /** @throws StorageError storage.unavailable */
  constructor(directory: string) {
    try {
      this.#file = openSync(witnessPath(directory), constants.O_WRONLY | constants.O_CREAT, 0o600);
    } catch (cause) {
      throw new StorageError('storage.unavailable', `cannot open ${witnessPath(directory)}`, { cause });
    }
  }

  /** Throws the file system's own error; the log is no less durable then, only less watched. */
  write(last: LastRecord): void {
    writeSync(this.#file, line(last), 0, 'latin1');
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Null where there is no witness, or none that can be believed (torn by a power cut). */
export function readWitness(directory: string): LastRecord | null {
  let text: string;
  try {
    text = readFileSync(witnessPath(directory), 'latin1');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw new StorageError('storage.unavailable', `cannot read ${witnessPath(directory)}`, { cause });
  }
  const [seq, hash = ''] = text.split(' ');
  const last = { seq: Number(seq), hash };
  return Number.isSafeInteger(last.seq) && line(last) === text ? last : null;
}

export const witnessPath = (directory: string): string => join(directory, 'witness');

/** Of one length always, so that a shorter one never leaves the end of a longer one behind it. */
function line({ seq, hash }: LastRecord): string {
  const content = `${String(seq).padStart(16, '0')} ${hash}`;
  const check = createHash('sha256').update(content).digest('hex').slice(0, 16);
  return `${content} ${check}\n`;
}
