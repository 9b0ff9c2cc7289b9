import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { percentile } from '../statistics.ts';

export interface DiskLimits {
  /** One write of 4 KiB made durable, in milliseconds. */
  readonly syncP50: number;
  readonly syncsPerSecond: number;
  /** One row in one commit of SQLite (WAL, synchronous=FULL). */
  readonly commitP50: number;
  readonly commitsPerSecond: number;
  /** Rows each second where 50 share a commit. */
  readonly groupedPerSecond: number;
}

const SYNCS = 300;
const COMMITS = 300;
const GROUPS = 60;
const PER_GROUP = 50;
/** About what one command's record takes. */
const ROW = 'x'.repeat(900);

/** What the disk and the log's engine can do at best on this machine, in the folder that the runs use. */
export function measureDisk(): DiskLimits {
  const directory = mkdtempSync(path.join(tmpdir(), 'parley-bench-disk-'));
  try {
    const syncs = measureSyncs(path.join(directory, 'file'));
    const engine = measureEngine(path.join(directory, 'log.sqlite'));
    return { ...syncs, ...engine };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function measureSyncs(file: string): Pick<DiskLimits, 'syncP50' | 'syncsPerSecond'> {
  const descriptor = openSync(file, 'w');
  const block = Buffer.alloc(4_096, 1);
  const times = timed(SYNCS, () => {
    writeSync(descriptor, block);
    fdatasyncSync(descriptor);
  });
  closeSync(descriptor);
  return { syncP50: percentile(times, 0.5), syncsPerSecond: perSecond(times) };
}

function measureEngine(
  file: string,
): Pick<DiskLimits, 'commitP50' | 'commitsPerSecond' | 'groupedPerSecond'> {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL');
  database.exec('CREATE TABLE record (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)');
  const insert = database.prepare('INSERT INTO record (body) VALUES (?)');
  const single = timed(COMMITS, () => insert.run(ROW));
  const grouped = timed(GROUPS, () => {
    database.exec('BEGIN IMMEDIATE');
    for (let row = 0; row < PER_GROUP; row++) insert.run(ROW);
    database.exec('COMMIT');
  });
  database.close();
  return {
    commitP50: percentile(single, 0.5),
    commitsPerSecond: perSecond(single),
    groupedPerSecond: perSecond(grouped) * PER_GROUP,
  };
}

function timed(count: number, work: () => void): number[] {
  return Array.from({ length: count }, () => {
    const from = performance.now();
    work();
    return performance.now() - from;
  });
}

const perSecond = (times: readonly number[]): number =>
  1_000 / (times.reduce((sum, time) => sum + time, 0) / times.length);
