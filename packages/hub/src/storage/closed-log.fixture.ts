import { hash } from 'node:crypto';
import { cp, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect } from 'vitest';
import { fill } from '../ports/event-log.contract.ts';
import { StorageError } from '../ports/event-log.ts';
import { openSqliteLog } from './event-log.sqlite.ts';
import { scratch, silent } from './scratch.fixture.ts';

let template: string;

beforeAll(async () => {
  template = await mkdtemp(join(tmpdir(), 'parley-log-'));
  const log = await openSqliteLog({ directory: template, logger: silent });
  const texts = Array.from({ length: 40 }, (_, index) => `words of ${index} `.repeat(20));
  for (const [index, text] of texts.entries()) await fill(log, 5, { conversation: `cnv_${index}`, text });
  await log.close();
});
afterAll(() => rm(template, { recursive: true }));

/** A closed log of forty conversations with five records each. */
export async function closedLog(): Promise<string> {
  const directory = await scratch();
  await cp(template, directory, { recursive: true });
  return directory;
}

async function contents(directory: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const name of await readdir(directory)) {
    // The lock and SQLite's shared memory hold nothing of the log, nor does an empty write-ahead log.
    if (name === 'lock.db' || name.endsWith('-shm')) continue;
    const content = await readFile(join(directory, name));
    if (content.length > 0) files[name] = hash('sha256', content);
  }
  return files;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** Whether every file is as it was before. */
  readonly untouched: boolean;
}

/** Opens the log of `directory`, which must be refused. */
export async function refusal(directory: string): Promise<Refusal> {
  const before = await contents(directory);
  const error: unknown = await openSqliteLog({ directory, logger: silent }).then(
    (log) => log.close(),
    (reason: unknown) => reason,
  );
  if (!(error instanceof StorageError)) throw new Error(`not refused as it should be: ${String(error)}`);
  const untouched = isDeepStrictEqual(await contents(directory), before);
  return { code: error.code, message: error.message, untouched };
}

export const refusedWith = (words: RegExp, code = 'storage.damaged'): Refusal => ({
  code,
  message: expect.stringMatching(words) as string,
  untouched: true,
});
