import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SqliteEventLog, SqliteLogOptions } from './event-log.sqlite.ts';
import { openSqliteLog } from './event-log.sqlite.ts';

/** An empty directory that goes with the test. */
export async function scratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-log-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A log that is closed with the test, if it was not before. */
export async function openLog(
  directory: string,
  options: Partial<SqliteLogOptions> = {},
): Promise<SqliteEventLog> {
  const log = await openSqliteLog({ logger: silent, ...options, directory });
  onTestFinished(() => log.close());
  return log;
}

const nothing = (): void => undefined;
export const silent = { info: nothing, warn: nothing, error: nothing };
