import { cp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { fill, headAfter } from '../ports/event-log.contract.ts';
import { closedLog, refusal, refusedWith } from './closed-log.fixture.ts';
import { openLog, scratch, silent } from './scratch.fixture.ts';
import { inspect } from './sqlite-check.ts';

/** What a hub killed at this moment would leave: all files, the WAL with everything in it included. */
async function killedLog(): Promise<string> {
  const [directory, copy] = [await scratch(), await scratch()];
  const log = await openLog(directory);
  await fill(log, 30, { text: 'x'.repeat(500) });
  for (const file of ['log.sqlite', 'log.sqlite-wal', 'witness'])
    await cp(join(directory, file), join(copy, file));
  await log.close();
  return copy;
}

async function overwrite(file: string, at: number, bytes: Buffer): Promise<void> {
  const content = await readFile(file);
  bytes.copy(content, at);
  await writeFile(file, content);
}

test('[RL-5] an intact log says what was looked at', async () => {
  const { startup } = await openLog(await closedLog());
  const expected = { schema: 2, conversations: 40, records: 200, integrity: 'whole', recordsVerified: 200 };
  expect(startup).toMatchObject(expected);
});

test('[RL-1] a log is written so that what was committed outlasts a power cut, also one that is there already', async () => {
  const directory = await scratch();
  for (const opening of ['new', 'again']) {
    const log = await openLog(directory);
    expect({ opening, synchronous: log.startup.synchronous }).toEqual({ opening, synchronous: 2 });
    await log.close();
  }
});

test('[RL-1] a hub that was killed finds everything in the write-ahead log it left', async () => {
  const log = await openLog(await killedLog());
  expect(log.startup).toMatchObject({ conversations: 1, records: 30 });
  expect(log.startup.walBytes).toBeGreaterThan(0);
  expect(await log.read('cnv_a', 0, { limit: 100, maxBytes: 1e6 })).toHaveLength(30);
});

describe('[RL-4] [RL-5] damage stops the start and is left as it was', () => {
  test('a file cut short', async () => {
    const directory = await closedLog();
    await truncate(join(directory, 'log.sqlite'), 4096 * 20 + 100);
    expect(await refusal(directory)).toEqual(refusedWith(/log\.sqlite.*(malformed|damaged)/));
  });

  test('a flipped letter in a recent record, named by conversation and seq', async () => {
    const directory = await closedLog();
    const file = join(directory, 'log.sqlite');
    const at = (await readFile(file)).lastIndexOf('words of 33');
    await overwrite(file, at, Buffer.from('W'));
    expect(await refusal(directory)).toEqual(
      refusedWith(/conversation cnv_33, record at seq \d: its content is not what its hash/),
    );
  });

  test('an overwritten page, wherever it lies', async () => {
    const directory = await closedLog();
    const file = join(directory, 'log.sqlite');
    const content = await readFile(file);
    const pages = content.length / 4096;
    for (let page = 0; page < pages; page += 3) {
      const damaged = Buffer.from(content);
      damaged.fill(0xa5, page * 4096, page * 4096 + 4096);
      await writeFile(file, damaged);
      expect(() => inspect(directory)).toThrow(page === 0 ? /not a database/ : /damaged|malformed/);
    }
    await writeFile(file, content);
    expect((await openLog(directory)).startup.records).toBe(200);
  });

  test('an index that names another record than the newest', async () => {
    const directory = await closedLog();
    const raw = new DatabaseSync(join(directory, 'log.sqlite'));
    raw.exec('DELETE FROM records WHERE first_seq = 5 AND conversation_no = 7');
    raw.close();
    expect(await refusal(directory)).toEqual(
      refusedWith(/conversation cnv_6: its newest record is not .* seq 5/),
    );
  });

  test('a record missing among the newest', async () => {
    const directory = await closedLog();
    const raw = new DatabaseSync(join(directory, 'log.sqlite'));
    raw.exec('DELETE FROM records WHERE first_seq = 4 AND conversation_no = 7');
    raw.close();
    const words = /conversation cnv_6, record at seq 3: the record at seq 5 does not follow/;
    expect(await refusal(directory)).toEqual(refusedWith(words));
  });

  test('a write-ahead log that is gone, cut or flipped: acknowledged records are missed', async () => {
    const lost = /\d+ acknowledged records are gone from its end/;
    const gone = await killedLog();
    await rm(join(gone, 'log.sqlite-wal'));
    expect(await refusal(gone)).toEqual(refusedWith(lost));
    const cut = await killedLog();
    const wal = join(cut, 'log.sqlite-wal');
    const bytes = await readFile(wal);
    await truncate(wal, Math.floor(bytes.length * 0.7));
    expect(await refusal(cut)).toEqual(refusedWith(lost));
    const last = await killedLog();
    await truncate(join(last, 'log.sqlite-wal'), bytes.length - 1);
    expect(await refusal(last)).toEqual(refusedWith(/1 acknowledged records are gone/));
    const flipped = await killedLog();
    await overwrite(join(flipped, 'log.sqlite-wal'), Math.floor(bytes.length / 2), Buffer.from('flipped'));
    expect(await refusal(flipped)).toEqual(refusedWith(lost));
  });

  test('a log that is gone while its witness or its write-ahead log is there', async () => {
    const directory = await closedLog();
    await rm(join(directory, 'log.sqlite'));
    expect(await refusal(directory)).toEqual(refusedWith(/200 acknowledged records are gone/));
    const killed = await killedLog();
    await rm(join(killed, 'log.sqlite'));
    expect(await refusal(killed)).toEqual(refusedWith(/missing or empty, but its write-ahead log is there/));
  });

  test('a database put back from an older copy, and one of another log', async () => {
    const directory = await closedLog();
    const older = await readFile(join(directory, 'log.sqlite'));
    const log = await openLog(directory);
    await fill(log, 3, { conversation: 'cnv_new' });
    await log.close();
    await writeFile(join(directory, 'log.sqlite'), older);
    expect(await refusal(directory)).toEqual(refusedWith(/3 acknowledged records are gone/));
    const other = await scratch();
    const replaced = await openLog(other);
    await fill(replaced, 300, { text: 'other' });
    await replaced.close();
    await cp(join(other, 'log.sqlite'), join(directory, 'log.sqlite'));
    expect(await refusal(directory)).toEqual(
      refusedWith(/record 203 of all is not the one that was acknowledged/),
    );
  });

  test("another program's file", async () => {
    const text = await scratch();
    await writeFile(
      join(text, 'log.sqlite'),
      'not a database at all, but long enough to be read as one'.repeat(99),
    );
    expect(await refusal(text)).toEqual(refusedWith(/not a database/));
    const foreign = await scratch();
    const raw = new DatabaseSync(join(foreign, 'log.sqlite'));
    raw.exec('CREATE TABLE theirs (x)');
    raw.close();
    expect(await refusal(foreign)).toEqual(refusedWith(/not one of Parley/));
  });
});

test('[RL-5] a witness torn by a power cut is not believed, and one that lags is fine', async () => {
  const directory = await closedLog();
  const witness = join(directory, 'witness');
  const content = await readFile(witness, 'latin1');
  await writeFile(witness, content.replace('0000', '0009'));
  expect(inspect(directory).records).toBe(200);
  await writeFile(witness, content);
  await cp(witness, `${witness}.old`);
  const log = await openLog(directory);
  await fill(log, 3, { conversation: 'cnv_new' });
  await log.close();
  await cp(`${witness}.old`, witness);
  expect((await openLog(directory)).startup.records).toBe(203);
});

test('[RL-5] a damaged snapshot is not used, and said to be damaged', async () => {
  const directory = await scratch();
  const warnings: string[] = [];
  const logger = { ...silent, warn: (_: object, message: string) => void warnings.push(message) };
  const log = await openLog(directory, { logger });
  const [record] = await fill(log, 1);
  await log.saveSnapshot('cnv_a', { ...headAfter(record!), state: '{"seq":1}' });
  const raw = new DatabaseSync(join(directory, 'log.sqlite'));
  raw.exec(`UPDATE snapshots SET state = '{"seq":7}'`);
  raw.close();
  expect(await log.latestSnapshot('cnv_a')).toBeNull();
  expect(warnings).toEqual([expect.stringMatching(/snapshot of conversation cnv_a at seq 1 is damaged/)]);
});

test('[RL-5] a damaged record is not served as if it were whole', async () => {
  const directory = await closedLog();
  const log = await openLog(directory);
  const raw = new DatabaseSync(join(directory, 'log.sqlite'));
  raw.exec('DELETE FROM records WHERE first_seq = 3 AND conversation_no = 1');
  raw.exec('DELETE FROM records WHERE first_seq = 5 AND conversation_no = 2');
  raw.close();
  const limits = { limit: 100, maxBytes: 1e6 };
  await expect(log.read('cnv_0', 0, limits)).rejects.toThrow(/cnv_0: the record at seq 4 does not follow/);
  await expect(log.read('cnv_0', 2, limits)).rejects.toMatchObject({ code: 'storage.damaged' });
  await expect(log.read('cnv_1', 0, limits)).rejects.toThrow(/cnv_1: the record at seq 5 is the newest/);
  expect(await log.read('cnv_2', 0, limits)).toHaveLength(5);
});
