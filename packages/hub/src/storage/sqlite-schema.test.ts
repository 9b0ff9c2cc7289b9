import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { indexOf, recordAfter } from '../ports/event-log.contract.ts';
import { closedLog, refusal, refusedWith } from './closed-log.fixture.ts';
import { openLog, scratch } from './scratch.fixture.ts';
import { MIGRATIONS, migrate, schemaVersion } from './sqlite-schema.ts';
import { verifyLog } from './verify.ts';

/** The log of {@link closedLog} as the first schema had it. */
async function firstSchema(): Promise<string> {
  const [newest, directory] = [await closedLog(), await scratch()];
  const raw = new DatabaseSync(join(directory, 'log.sqlite'));
  migrate(raw, MIGRATIONS.slice(0, 1));
  raw.exec(`ATTACH '${join(newest, 'log.sqlite')}' AS newest;
    INSERT INTO conversations SELECT no, id, epoch, head_seq, head_hash, changed_at, due, attended, status,
      title, summary FROM newest.conversations;
    INSERT INTO records SELECT seq, conversation_no, first_seq, last_seq, epoch, at, author, command_id,
      digest, command_key, reply, previous_hash, hash, extras, events FROM newest.records;
    INSERT INTO readers SELECT * FROM newest.readers;
    INSERT INTO snapshots VALUES (1, 5, 'h', 'd', '{}')`);
  raw.close();
  await cp(join(newest, 'witness'), join(directory, 'witness'));
  return directory;
}

test('a log of schema 1 is checked as it is, and goes on as one of the newest', async () => {
  const directory = await firstSchema();
  expect(await verifyLog(directory)).toMatchObject({ ok: true, records: 200, events: 200 });
  const log = await openLog(directory);
  expect(log.startup).toMatchObject({ schema: 1, records: 200, recordsVerified: 200, integrity: 'whole' });
  const original = await openLog(await closedLog());
  const limits = { limit: 100, maxBytes: 1e6 };
  // Nobody knows whose copies these are, so each goes on with a line of its own (CS-5).
  const epoch = expect.stringMatching(/^epo_1\./) as string;
  for (const name of ['cnv_0', 'cnv_39']) {
    expect(await log.head(name)).toEqual({ ...(await original.head(name)), epoch });
    expect(await log.readRecords(name, 0, limits)).toEqual(await original.readRecords(name, 0, limits));
    expect(await log.read(name, 2, limits)).toEqual(await original.read(name, 2, limits));
  }
  expect(await log.latestSnapshot('cnv_0')).toBeNull();
  const { epoch: _, ...head } = (await log.head('cnv_0'))!;
  const idle = recordAfter(head, { conversation: 'cnv_0', id: 'idle', events: 0 });
  expect(await log.append(idle, head, indexOf())).toEqual({ outcome: 'appended' });
  await log.close();
  expect(await verifyLog(directory)).toMatchObject({ ok: true, records: 201, events: 200 });
  expect((await openLog(directory)).startup.schema).toBe(2);
});

test('[RL-5] damage in a log of schema 1 is found before anything is changed', async () => {
  const directory = await firstSchema();
  const raw = new DatabaseSync(join(directory, 'log.sqlite'));
  raw.exec("UPDATE records SET reply = '{}' WHERE conversation_no = 8 AND first_seq = 4");
  raw.close();
  expect(await refusal(directory)).toEqual(
    refusedWith(/conversation cnv_7, record at seq 4: its content is not what its hash/),
  );
  const { findings } = await verifyLog(directory);
  expect(findings).toMatchObject([{ kind: 'edited', conversation: 'cnv_7', seq: 4 }]);
});

const NEXT = { version: 3, sql: "ALTER TABLE conversations ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'" };

test('[RL-5] a log of a newer schema is refused and left alone', async () => {
  const directory = await closedLog();
  const raw = new DatabaseSync(join(directory, 'log.sqlite'));
  migrate(raw, [...MIGRATIONS, NEXT]);
  raw.close();
  const words = /schema 3, written by a newer Parley; this one knows schema 2/;
  expect(await refusal(directory)).toEqual(refusedWith(words, 'storage.unavailable'));
  await expect(verifyLog(directory)).rejects.toThrow(words);
});

test('an older log goes forward with all that is in it', async () => {
  const directory = await closedLog();
  const raw = new DatabaseSync(join(directory, 'log.sqlite'));
  expect(migrate(raw, [...MIGRATIONS, NEXT])).toBe(2);
  expect(schemaVersion(raw)).toBe(3);
  expect(migrate(raw, [...MIGRATIONS, NEXT])).toBe(3);
  const colours = raw.prepare('SELECT colour, count(*) AS n FROM conversations GROUP BY colour').all();
  expect(colours.map((row) => ({ ...row }))).toEqual([{ colour: 'red', n: 40 }]);
  raw.close();
});

test('a step that fails leaves the log at the schema before it', async () => {
  const directory = await closedLog();
  const raw = new DatabaseSync(join(directory, 'log.sqlite'));
  const broken = { version: 4, sql: 'CREATE TABLE half (x); CREATE TABLE half (x)' };
  expect(() => migrate(raw, [...MIGRATIONS, NEXT, broken])).toThrow(/half already exists/);
  expect(schemaVersion(raw)).toBe(3);
  expect(raw.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'half'").get()).toBeUndefined();
  raw.close();
});
