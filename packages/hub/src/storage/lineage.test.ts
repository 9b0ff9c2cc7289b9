import { appendFile, cp, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fill } from '../ports/event-log.contract.ts';
import { declareRestored } from './lineage.ts';
import { openLog, scratch } from './scratch.fixture.ts';
import { witnessPath } from './witness.ts';

/** Opens the log, writes if it is to, and closes it; what line it goes on with. */
async function lineOf(directory: string, write = false): Promise<string> {
  const log = await openLog(directory);
  if (write) await fill(log, 3, { conversation: `cnv_${(conversations += 1)}` });
  await log.close();
  return log.lineage ?? '';
}

let conversations = 0;

async function written(): Promise<string> {
  const directory = await scratch();
  expect(await lineOf(directory, true)).toBe('');
  return directory;
}

async function copyOf(directory: string): Promise<string> {
  const copy = join(await scratch(), 'copy');
  await cp(directory, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}

describe('[CS-5] a log goes on with the same line', () => {
  test('however often it is opened, also where it was empty at first', async () => {
    const directory = await scratch();
    for (const write of [false, true, false, true]) expect(await lineOf(directory, write)).toBe('');
  });

  test('where somebody only looked at its files', async () => {
    const directory = await written();
    await copyOf(directory);
    await utimes(directory, new Date(), new Date());
    expect(await lineOf(directory)).toBe('');
  });

  test('that began when it was put back', async () => {
    const copy = await copyOf(await written());
    const line = await lineOf(copy);
    expect(line).toMatch(/^[\w-]{8}$/);
    expect(await lineOf(copy, true)).toBe(line);
    expect(await lineOf(copy)).toBe(line);
  });
});

describe('[CS-5] a log goes on with another line', () => {
  test('each time that it was put back, from the same copy too', async () => {
    const directory = await written();
    const backup = await copyOf(directory);
    const lines = new Set([await lineOf(directory)]);
    for (let time = 0; time < 3; time += 1) {
      await rm(directory, { recursive: true });
      await cp(backup, directory, { recursive: true, preserveTimestamps: true });
      lines.add(await lineOf(directory, true));
    }
    expect(lines.size).toBe(4);
  });

  test('where its files were written over by those of a copy', async () => {
    const directory = await written();
    const backup = await copyOf(directory);
    // Written by the system's copying tools in place: each stays the same file.
    await cp(backup, directory, { recursive: true, force: true });
    expect(await lineOf(directory)).not.toBe('');
  });

  test.each(['lineage', 'original'])('where nobody knows its line, as %s is missing', async (file) => {
    const directory = await written();
    await rm(join(directory, file));
    expect(await lineOf(directory)).not.toBe('');
  });

  test('where its line cannot be read', async () => {
    const directory = await written();
    await writeFile(join(directory, 'lineage'), '{"id":');
    expect(await lineOf(directory)).not.toBe('');
  });

  test('where the witness is gone, as somebody deletes it who accepts a loss', async () => {
    const directory = await written();
    await rm(witnessPath(directory));
    const line = await lineOf(directory);
    expect(line).not.toBe('');
    expect(await lineOf(directory)).toBe(line);
  });

  test('where somebody says that it was put back, which is possible while no hub has it open', async () => {
    const directory = await written();
    const log = await openLog(directory);
    expect(() => declareRestored(directory)).toThrow('another hub has the data directory');
    await log.close();
    expect(await lineOf(directory)).toBe('');
    declareRestored(directory);
    expect(await lineOf(directory)).not.toBe('');
    const nothing = await scratch();
    await appendFile(join(nothing, 'something'), 'else');
    expect(() => declareRestored(nothing)).toThrow('no hub has had a log in');
  });
});
