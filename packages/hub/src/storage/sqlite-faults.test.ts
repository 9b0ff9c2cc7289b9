import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Worker } from 'node:worker_threads';
import { expect, test, vi } from 'vitest';
import type { RecordParts } from '../ports/event-log.contract.ts';
import { EMPTY, fill, headAfter, indexOf, recordAfter } from '../ports/event-log.contract.ts';
import type { EventLog, Head } from '../ports/event-log.ts';
import { openSqliteLog, startStorageWorker } from './event-log.sqlite.ts';
import { openLog, scratch } from './scratch.fixture.ts';
import { storageErrorOf } from './sqlite-errors.ts';
import type { FromWorker, WorkerStart } from './sqlite-protocol.ts';
import { verifyLog } from './verify.ts';

const ALL = { limit: 1_000, maxBytes: 1e9 };
const unavailable = { name: 'StorageError', code: 'storage.unavailable' };

const put = (log: EventLog, conversation: string, parts: RecordParts = {}, head: Head = EMPTY) =>
  log.append(recordAfter(head, { ...parts, conversation }), head, indexOf());

/** Workers that a test can reach. */
function workers(prepare: (worker: Worker, count: number) => void = () => undefined) {
  const started: Worker[] = [];
  const startWorker = (start: WorkerStart): Worker => {
    const worker = startStorageWorker(start);
    started.push(worker);
    prepare(worker, started.length);
    return worker;
  };
  return { started, startWorker };
}

test('appends that wait while a commit runs share the next one', async () => {
  const log = await openLog(await scratch());
  const outcomes = await Promise.all(Array.from({ length: 500 }, (_, index) => put(log, `cnv_${index}`)));
  expect(outcomes.every(({ outcome }) => outcome === 'appended')).toBe(true);
  const { appends, commits, waiting } = log.stats();
  expect({ appends, waiting }).toEqual({ appends: 500, waiting: 0 });
  expect(commits).toBeLessThanOrEqual(20);
});

test('what one turn of the event loop asks goes to the worker together, and its answers come back so', async () => {
  const sent: unknown[][] = [];
  let answers = 0;
  const { startWorker } = workers((worker) => {
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (message: unknown[]) => {
      sent.push(message);
      post(message);
    };
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'replies') answers += 1;
    });
  });
  const log = await openLog(await scratch(), { startWorker });
  const outcomes: Promise<unknown>[] = [];
  let last = EMPTY;
  // Each from a callback of its own, as commands come from sockets; some follow one another.
  for (let index = 0; index < 30; index += 1) {
    const chained = index % 2 === 0;
    const record = recordAfter(chained ? last : EMPTY, {
      conversation: chained ? 'cnv_chain' : `cnv_${index}`,
    });
    const expected = chained ? last : EMPTY;
    if (chained) last = headAfter(record);
    setImmediate(() =>
      outcomes.push(log.append(record, expected, indexOf({ readers: ['ann'], due: index }))),
    );
  }
  await vi.waitUntil(() => outcomes.length === 30);
  expect(await Promise.all(outcomes)).toEqual(Array.from({ length: 30 }, () => ({ outcome: 'appended' })));
  expect(sent.map((message) => message.length)).toEqual([30]);
  expect(answers).toBe(1);
  expect(log.stats()).toMatchObject({ appends: 30, commits: 1, waiting: 0 });
  expect(await log.head('cnv_chain')).toMatchObject(last);
  const { conversations } = await log.list({ reader: 'ann' }, { limit: 100 });
  expect(conversations).toHaveLength(16);
});

test("one append's conflict, repetition or damaged index spoils no other of its group", async () => {
  const directory = await scratch();
  const log = await openLog(directory);
  const [first] = await fill(log, 1, { id: '1' });
  const [hurt] = await fill(log, 2, { conversation: 'cnv_hurt' });
  const raw = new DatabaseSync(join(directory, 'log.sqlite'));
  const index = raw.prepare(
    "UPDATE conversations SET head_seq = 1, head_number = 1, head_hash = ? WHERE id = 'cnv_hurt'",
  );
  index.run(hurt!.hash);
  raw.close();
  const before = log.stats().commits;
  const group = await Promise.allSettled([
    put(log, 'cnv_b'),
    put(log, 'cnv_a'),
    put(log, 'cnv_a', { id: '1' }),
    put(log, 'cnv_hurt', {}, headAfter(hurt!)),
    put(log, 'cnv_c'),
  ]);
  expect(log.stats().commits).toBe(before + 1);
  expect(group).toMatchObject([
    { value: { outcome: 'appended' } },
    { value: { outcome: 'conflict', head: headAfter(first!) } },
    { value: { outcome: 'duplicate', record: first } },
    { reason: { code: 'storage.damaged', message: expect.stringContaining('cnv_hurt') } },
    { value: { outcome: 'appended' } },
  ]);
});

test('commands whose 64 bits collide are told apart by their names', async () => {
  const directory = await scratch();
  const log = await openLog(directory);
  const [first] = await fill(log, 1, { id: 'one' });
  const next = recordAfter(headAfter(first!), { id: 'two' });
  await log.append(next, headAfter(first!), indexOf());
  const raw = new DatabaseSync(join(directory, 'log.sqlite'));
  // The first record takes the place that the second's name leads to; the second moves one further.
  raw.exec(`UPDATE records SET command_key = command_key + 1 WHERE seq = 2;
    UPDATE records SET command_key = (SELECT command_key FROM records WHERE seq = 2) - 1 WHERE seq = 1`);
  raw.close();
  expect(await log.findCommand('cnv_a', 'prt_1', 'two')).toEqual(next);
  expect(await put(log, 'cnv_a', { id: 'two' })).toEqual({ outcome: 'duplicate', record: next });
  expect(await log.findCommand('cnv_a', 'prt_1', 'one')).toBeNull();
});

test('[RL-2] a data directory belongs to one hub at a time', async () => {
  const directory = await scratch();
  const log = await openLog(directory);
  const second = openSqliteLog({ directory });
  await expect(second).rejects.toMatchObject(unavailable);
  await expect(second).rejects.toThrow(`another hub has the data directory ${directory} open`);
  expect(await put(log, 'cnv_a')).toEqual({ outcome: 'appended' });
  await log.close();
  expect((await (await openLog(directory)).head('cnv_a'))?.seq).toBe(1);
});

test('[DG-2] a full disk refuses appends, serves reads, heals by itself, and what was refused never appears', async () => {
  const directory = await scratch();
  const prepared = await openLog(directory);
  const [kept] = await fill(prepared, 1);
  await prepared.close();
  const raw = new DatabaseSync(join(directory, 'log.sqlite'));
  raw.exec('CREATE TABLE filler (x)');
  raw.prepare('INSERT INTO filler VALUES (zeroblob(2000000))').run();
  const pages = raw.prepare('PRAGMA page_count').get()!['page_count'] as number;
  const log = await openLog(directory, { maxPages: pages + 40 });
  const text = 'x'.repeat(50_000);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) => put(log, `cnv_${index}`, { text })),
  );
  const late = await Promise.allSettled([put(log, 'cnv_late', { text: text.repeat(4) })]);
  for (const outcome of [...outcomes, ...late]) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'storage.full' } });
  }
  expect(await log.read('cnv_a', 0, ALL)).toEqual([kept]);
  raw.exec('DROP TABLE filler');
  raw.close();
  expect(await put(log, 'cnv_healed', { text })).toEqual({ outcome: 'appended' });
  await log.close();
  const reopened = await openLog(directory);
  const { conversations } = await reopened.list({}, { limit: 100 });
  expect(conversations.map(({ conversation }) => conversation)).toEqual(['cnv_healed', 'cnv_a']);
  expect((await verifyLog(directory)).ok).toBe(true);
});

test('[DG-2] every append that waited on a lost worker learns its true outcome, and the log heals by itself', async () => {
  const lost = Promise.withResolvers<void>();
  const { startWorker } = workers((worker, count) => {
    worker.on('message', (message: FromWorker) => {
      if (count === 1 && message.type === 'replies') lost.resolve(worker.terminate().then(() => undefined));
    });
  });
  const log = await openLog(await scratch(), { startWorker });
  const names = Array.from({ length: 4_000 }, (_, index) => `cnv_${index}`);
  const answers = Promise.allSettled(names.map((name) => put(log, name)));
  const reads = Promise.allSettled(Array.from({ length: 50 }, () => log.list({}, { limit: 1_000 })));
  await lost.promise;
  await expect(put(log, 'cnv_during')).rejects.toMatchObject(unavailable);
  const settled = await answers;
  await reads;
  await vi.waitUntil(() => log.stats().restarts === 1);
  const counts = { appended: 0, refused: 0 };
  const heads = await Promise.all(names.map((name) => log.head(name)));
  for (const [index, answer] of settled.entries()) {
    const head = heads[index] ?? null;
    if (answer.status === 'fulfilled') {
      expect(head?.seq).toBe(1);
      counts.appended += 1;
    } else {
      expect(answer.reason).toMatchObject(unavailable);
      expect(head).toBeNull();
      counts.refused += 1;
    }
  }
  expect(counts.appended).toBeGreaterThan(0);
  expect(counts.refused).toBeGreaterThan(0);
  expect(await log.head('cnv_during')).toBeNull();
  expect(await put(log, 'cnv_after')).toEqual({ outcome: 'appended' });
});

test('[RL-1] an append that was stored before its worker died is answered as stored', async () => {
  let dropped = 0;
  const { startWorker } = workers((worker, count) => {
    const emit = worker.emit.bind(worker);
    worker.emit = (name: string, ...values: unknown[]): boolean => {
      const message = values[0] as FromWorker;
      if (count > 1 || name !== 'message' || message.type !== 'replies') return emit(name, ...values);
      dropped += message.commits;
      void worker.terminate();
      return true;
    };
  });
  const log = await openLog(await scratch(), { startWorker });
  expect(await put(log, 'cnv_a')).toEqual({ outcome: 'appended' });
  expect(dropped).toBe(1);
  expect(log.stats()).toMatchObject({ restarts: 1, waiting: 0 });
  expect((await log.head('cnv_a'))?.seq).toBe(1);
});

test('[RL-4] a worker that answers nothing is given up after its time and replaced', async () => {
  const { startWorker } = workers((worker, count) => {
    if (count === 1) worker.postMessage = () => undefined;
  });
  const log = await openLog(await scratch(), { startWorker, stallMs: 100 });
  const [append, read] = await Promise.allSettled([put(log, 'cnv_a'), log.head('cnv_a')]);
  expect(append).toMatchObject({
    reason: { ...unavailable, message: expect.stringContaining('before this was') },
  });
  expect(read).toMatchObject({ reason: { ...unavailable, message: expect.stringContaining('100 ms') } });
  await vi.waitUntil(() => log.stats().restarts === 1);
  expect(await put(log, 'cnv_a')).toEqual({ outcome: 'appended' });
});

test('[DG-2] nobody waits for ever where the log cannot be opened again', async () => {
  const { started, startWorker } = workers((_, count) => {
    if (count > 1) throw new Error('no more threads');
  });
  const log = await openLog(await scratch(), { startWorker, unknownMs: 300 });
  started[0]!.postMessage = () => undefined;
  const append = put(log, 'cnv_a');
  await started[0]!.terminate();
  await expect(append).rejects.toThrow('not known whether this was stored');
  await expect(log.head('cnv_a')).rejects.toThrow('no more threads');
  await log.close();
  for (const worker of started) await worker.terminate();
});

test('[DG-2] no more than the bound waits; the rest is refused at once and the others are stored', async () => {
  const log = await openLog(await scratch(), { maxWaiting: 5 });
  const answers = await Promise.allSettled(Array.from({ length: 8 }, (_, index) => put(log, `cnv_${index}`)));
  const statuses = answers.map(({ status }) => status);
  expect(statuses).toEqual([...Array(5).fill('fulfilled'), ...Array(3).fill('rejected')]);
  expect(answers[7]).toMatchObject({ reason: { ...unavailable, message: '5 appends wait already' } });
  expect((await log.list({}, { limit: 10 })).conversations).toHaveLength(5);
  const megabyte = 'x'.repeat(1 << 20);
  const large = await openLog(await scratch());
  const many = await Promise.allSettled(
    Array.from({ length: 70 }, (_, index) => put(large, `cnv_${index}`, { text: megabyte })),
  );
  expect(many.filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(6);
  expect(await put(large, 'cnv_more', { text: megabyte })).toEqual({ outcome: 'appended' });
});

test('[DG-2] closing stores what was promised before', async () => {
  const directory = await scratch();
  const log = await openLog(directory);
  const promised = Promise.all(Array.from({ length: 600 }, (_, index) => put(log, `cnv_${index}`)));
  await log.close();
  await promised;
  expect((await openLog(directory)).startup).toMatchObject({ conversations: 600, records: 600, walBytes: 0 });
});

test("[DG-2] SQLite's failures become the port's, and faults of our own do not", async () => {
  const file = join(await scratch(), 'x.db');
  const [one, two] = [new DatabaseSync(file), new DatabaseSync(file, { timeout: 0 })];
  const failure = (task: () => void): unknown => {
    try {
      task();
    } catch (error) {
      return storageErrorOf(error)?.code ?? 'ours';
    }
    return 'none';
  };
  one.exec('BEGIN EXCLUSIVE');
  expect(failure(() => two.exec('CREATE TABLE t (x)'))).toBe('storage.unavailable');
  one.exec('ROLLBACK; PRAGMA max_page_count = 1; PRAGMA user_version = 1');
  expect(failure(() => one.exec('CREATE TABLE t (x)'))).toBe('storage.full');
  expect(failure(() => JSON.parse('{'))).toBe('ours');
  one.close();
  two.close();
});
