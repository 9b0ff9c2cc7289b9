import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EMPTY, fill, headAfter, indexOf, recordAfter } from '../ports/event-log.contract.ts';
import type { LogRecord } from '../ports/event-log.ts';
import { hashOf } from '../ports/record.ts';
import { openSqliteLog } from './event-log.sqlite.ts';
import { openLog, scratch, silent } from './scratch.fixture.ts';
import { snapshotDigest } from './sqlite-reads.ts';
import type { VerifyProgress, VerifyReport } from './verify.ts';
import { verifyLog } from './verify.ts';

let template: string;
let records: LogRecord[];

beforeAll(async () => {
  template = await mkdtemp(join(tmpdir(), 'parley-log-'));
  const log = await openSqliteLog({ directory: template, logger: silent });
  await fill(log, 12, { conversation: 'cnv_a', events: 2 });
  records = await fill(log, 12, { conversation: 'cnv_b', events: 2, hidden: '{"p":"ann"}' });
  await fill(log, 12, { conversation: 'cnv_c', events: 2 });
  await log.saveSnapshot('cnv_b', { ...headAfter(records[5]!), state: '{}' });
  await log.close();
});
afterAll(() => rm(template, { recursive: true }));

/** Three conversations of twelve records, two events each; `tamper` writes to a copy of the closed file. */
async function tampered(tamper: (database: DatabaseSync) => void): Promise<VerifyReport> {
  const directory = await scratch();
  await cp(template, directory, { recursive: true });
  const database = new DatabaseSync(join(directory, 'log.sqlite'));
  tamper(database);
  database.close();
  return verifyLog(directory);
}

/** The record of cnv_b at this seq. */
const at = (seq: number): string => `conversation_no = 2 AND first_seq = ${seq}`;

test('[RL-5] an untouched log verifies, and says how much was looked at', async () => {
  const report = await tampered(() => undefined);
  const expected = { conversations: 3, records: 36, events: 72, findings: [], findingsTotal: 0 };
  expect(report).toEqual({ ok: true, ...expected });
});

test('[RL-5] each changed column of an old record is found, with its conversation and seq', async () => {
  const edits: Record<string, string> = {
    events: "events = replace(events, 'hello', 'HELLO')",
    whispered: `extras = replace(extras, 'ann', 'eve')`,
    'whispered, unreadable': `extras = '[['`,
    'now for all': 'extras = NULL',
    reply: "reply = '{}'",
    author: "author = 'prt_2', command_id = '1', digest = 'd'",
    at: 'at = at + 1',
    epoch: "epoch = 'epo_2'",
    hash: "hash = replace(hash, substr(hash, 1, 1), 'z')",
  };
  for (const [what, edit] of Object.entries(edits)) {
    const report = await tampered((database) => database.exec(`UPDATE records SET ${edit} WHERE ${at(7)}`));
    const edited = expect.objectContaining({ kind: 'edited', conversation: 'cnv_b', seq: 7 });
    expect({ what, findings: report.findings }).toEqual({ what, findings: expect.arrayContaining([edited]) });
    expect(report.findings.every(({ conversation }) => conversation === 'cnv_b')).toBe(true);
  }
});

test('[RL-5] an edit with its own hash made anew breaks the link behind it', async () => {
  const report = await tampered((database) => {
    const record = records[3]!;
    const events = record.events.map((event) => ({ ...event, json: event.json.replace('hello', 'goodbye') }));
    const hash = hashOf({ ...record, events }, record.previousHash);
    database
      .prepare(`UPDATE records SET events = ?, hash = ? WHERE ${at(7)}`)
      .run(events.map(({ json }) => json).join('\n'), hash);
  });
  const message = 'it was sealed behind another record than the one before it';
  expect(report.findings).toEqual([{ kind: 'edited', conversation: 'cnv_b', seq: 9, message }]);
});

test('[RL-5] a removed record is missed in the middle, and at the end through the index', async () => {
  const middle = await tampered((database) => database.exec(`DELETE FROM records WHERE ${at(7)}`));
  expect(middle.findings).toMatchObject([
    { kind: 'missing', conversation: null },
    { kind: 'missing', conversation: 'cnv_b', seq: 7, message: 'seq 7 to 8 are gone' },
  ]);
  const end = await tampered((database) => database.exec(`DELETE FROM records WHERE ${at(23)}`));
  expect(end.findings).toContainEqual(
    expect.objectContaining({ kind: 'missing', conversation: 'cnv_b', seq: 23 }),
  );
  const first = await tampered((database) => database.exec(`DELETE FROM records WHERE ${at(1)}`));
  expect(first.findings).toContainEqual(
    expect.objectContaining({ kind: 'missing', conversation: 'cnv_b', seq: 1 }),
  );
});

test('[RL-5] a command that changed nothing cannot be removed, edited or moved unseen either', async () => {
  const directory = await scratch();
  const log = await openLog(directory);
  let head = EMPTY;
  for (const [index, events] of [2, 0, 0, 1, 0].entries()) {
    const record = recordAfter(head, { events, id: `c${index}` });
    await log.append(record, head, indexOf());
    head = headAfter(record);
  }
  await log.close();
  expect(await verifyLog(directory)).toMatchObject({ ok: true, records: 5, events: 3 });
  const tamper = async (sql: string): Promise<VerifyReport> => {
    const copy = await scratch();
    await cp(directory, copy, { recursive: true });
    const database = new DatabaseSync(join(copy, 'log.sqlite'));
    database.exec(sql);
    database.close();
    return verifyLog(copy);
  };
  const kinds = async (sql: string): Promise<string[]> =>
    (await tamper(sql)).findings.map(({ kind, message }) => `${kind}: ${message}`);
  expect(await kinds('DELETE FROM records WHERE number = 3')).toContain(
    'missing: 1 records without events behind seq 2 are gone',
  );
  expect(await kinds('DELETE FROM records WHERE number = 5')).toContain(
    'missing: its newest records, which have no events, are gone',
  );
  expect(
    await kinds('DELETE FROM records WHERE number = 3; UPDATE records SET number = 3 WHERE number = 4'),
  ).toContain('edited: it was sealed behind another record than the one before it');
  expect(await kinds("UPDATE records SET reply = '{}' WHERE number = 2")).toEqual([
    'edited: its content is not what its hash was made of',
  ]);
  expect(await kinds("UPDATE records SET events = '{}' WHERE number = 2")).toContain(
    'edited: it holds 1 events but claims to end at seq 2',
  );
  expect(
    await kinds(`UPDATE records SET number = -number WHERE number IN (2, 3);
      UPDATE records SET number = 2 WHERE number = -3; UPDATE records SET number = 3 WHERE number = -2`),
  ).toContain('reordered: it was stored before the record that it follows');
});

test('[RL-5] records that changed places are found, renumbered or not', async () => {
  const swapped = await tampered((database) =>
    database.exec(`UPDATE records SET first_seq = -1 WHERE ${at(7)};
      UPDATE records SET first_seq = 7, last_seq = 8 WHERE ${at(9)};
      UPDATE records SET first_seq = 9, last_seq = 10 WHERE ${at(-1)}`),
  );
  for (const seq of [7, 9]) {
    const reordered = expect.objectContaining({ kind: 'reordered', conversation: 'cnv_b', seq });
    expect(swapped.findings).toContainEqual(reordered);
  }
  const moved = await tampered((database) =>
    database.exec(`UPDATE records SET seq = -seq WHERE ${at(7)} OR ${at(9)};
      UPDATE records SET seq = 17 WHERE seq = -16; UPDATE records SET seq = 16 WHERE seq = -17`),
  );
  expect(moved.findings).toMatchObject([{ kind: 'reordered', conversation: 'cnv_b', seq: 9 }]);
});

test('[RL-5] a record that claims the place of the one before it is found', async () => {
  const overlapping = await tampered((database) =>
    database.exec(`UPDATE records SET first_seq = 8 WHERE ${at(9)}`),
  );
  const message = 'it overlaps the record before it, which ends at 8';
  expect(overlapping.findings).toContainEqual({ kind: 'reordered', conversation: 'cnv_b', seq: 8, message });
});

test('[RL-5] another last record than the one that was acknowledged is found', async () => {
  const report = await tampered((database) =>
    database.exec(
      "UPDATE records SET hash = 'x' WHERE seq = 36; UPDATE conversations SET head_hash = 'x' WHERE no = 3",
    ),
  );
  const message = 'record 36 of all is not the one that was acknowledged';
  expect(report.findings).toContainEqual({ kind: 'edited', conversation: null, seq: null, message });
});

test("[RL-5] what SQLite's own check of the file finds is told", async () => {
  const report = await tampered((database) => {
    database.enableDefensive(false);
    database.exec(`PRAGMA writable_schema = ON;
      DELETE FROM sqlite_schema WHERE name = 'records_by_command'`);
  });
  expect(report.ok).toBe(false);
  expect(report.findings).toContainEqual(
    expect.objectContaining({ kind: 'structure', message: expect.stringContaining('never used') }),
  );
});

test('[RL-5] a conversation that was removed whole leaves a hole, even with its index', async () => {
  const index = await tampered((database) => database.exec("DELETE FROM conversations WHERE id = 'cnv_b'"));
  expect(index.findings).toMatchObject([
    { kind: 'index', message: '12 records belong to conversation number 2, which is gone' },
  ]);
  const whole = await tampered((database) =>
    database.exec('DELETE FROM conversations WHERE no = 2; DELETE FROM records WHERE conversation_no = 2'),
  );
  expect(whole.findings).toMatchObject([{ kind: 'missing', message: expect.stringContaining('12 of all') }]);
  const last = await tampered((database) =>
    database.exec('DELETE FROM conversations WHERE no = 3; DELETE FROM records WHERE conversation_no = 3'),
  );
  expect(last.findings).toMatchObject([
    { kind: 'missing', message: '12 acknowledged records at the end of the log' },
  ]);
});

test('[RL-5] an index that was put back, and a snapshot of nothing, are found', async () => {
  const behind = await tampered((database) =>
    database
      .prepare('UPDATE conversations SET head_seq = ?, head_hash = ? WHERE no = 2')
      .run(22, records[10]!.hash),
  );
  expect(behind.findings).toMatchObject([{ kind: 'index', conversation: 'cnv_b', seq: 22 }]);
  const wrong = await tampered((database) =>
    database.exec("UPDATE conversations SET head_hash = 'x' WHERE no = 2"),
  );
  expect(wrong.findings).toMatchObject([{ kind: 'edited', conversation: 'cnv_b', seq: 23 + 1 }]);
  for (const edit of ["state = '[]'", 'seq = 11', "hash = 'x'"]) {
    const snapshot = await tampered((database) => database.exec(`UPDATE snapshots SET ${edit}`));
    expect(snapshot.findings).toMatchObject([{ kind: 'snapshot', conversation: 'cnv_b' }]);
  }
  const sealedAnew = await tampered((database) => {
    const of = { seq: 12, number: 6, hash: 'x', state: '{}' };
    database.prepare('UPDATE snapshots SET hash = ?, digest = ?').run(of.hash, snapshotDigest(of));
  });
  const message = 'its snapshot is not of a record in the log';
  expect(sealedAnew.findings).toEqual([{ kind: 'snapshot', conversation: 'cnv_b', seq: 12, message }]);
});

test('[RL-5] damage in one place does not hide the others, and the list stays bounded', async () => {
  const report = await tampered((database) => {
    database.exec("UPDATE records SET reply = 'x'");
    const [{ no }] = database.prepare('SELECT max(seq) + 1 AS no FROM records').all() as [{ no: number }];
    const insert = database.prepare(
      `INSERT INTO records SELECT ?, 2, number + ?, first_seq + ?, last_seq + ?, epoch, at, author, command_id, digest,
       command_key, reply, previous_hash, hash, extras, events FROM records WHERE ${at(23)}`,
    );
    database.exec('BEGIN');
    for (let index = 0; index < 600; index++) {
      insert.run(no + index, 1 + index, 2 + index * 2, 2 + index * 2);
    }
    database.exec('COMMIT');
  });
  expect(report.findings).toHaveLength(1_000);
  expect(report.findingsTotal).toBeGreaterThan(1_000);
  expect(report.findings).toContainEqual(expect.objectContaining({ conversation: 'cnv_a', seq: 1 }));
});

test('a log can be verified while a hub writes to it, and says how far it is', async () => {
  const directory = await scratch();
  const log = await openLog(directory);
  for (let index = 0; index < 150; index++) await fill(log, 2, { conversation: `cnv_${index}` });
  let writing = true;
  const writer = (async () => {
    for (let index = 0; writing; index++) {
      const record = recordAfter(EMPTY, { conversation: `cnv_more_${index}` });
      await log.append(record, EMPTY, indexOf());
    }
  })();
  const progress: VerifyProgress[] = [];
  const report = await verifyLog(directory, (seen) => progress.push(seen));
  writing = false;
  await writer;
  expect(report).toMatchObject({ ok: true, findings: [] });
  expect(progress[0]).toMatchObject({ conversations: 100 });
  expect(progress.at(-1)?.conversations).toBe(report.conversations);
});

test('where there is no log, verifying says so and makes none', async () => {
  const directory = await scratch();
  const message = expect.stringContaining('there is no log');
  const refused = { name: 'StorageError', code: 'storage.unavailable', message };
  await expect(verifyLog(directory)).rejects.toMatchObject(refused);
  await rm(directory, { recursive: true });
  await expect(verifyLog(directory)).rejects.toMatchObject(refused);
});
