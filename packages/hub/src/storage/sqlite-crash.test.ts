import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openLog, scratch } from './scratch.fixture.ts';
import { verifyLog } from './verify.ts';

const LIMITED = fileURLToPath(new URL('./limited.fixture.ts', import.meta.url));
const WRITER = fileURLToPath(new URL('./writer.fixture.ts', import.meta.url));

/** Runs the writer until it has acknowledged `enough` and kills it at once; returns all it acknowledged. */
async function writeAndKill(directory: string, enough: number): Promise<string[]> {
  const writer = spawn(process.execPath, [WRITER, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(writer, 'exit');
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === enough) writer.kill('SIGKILL');
  }
  expect(await exited).toEqual([null, 'SIGKILL']);
  return acknowledged;
}

test(
  '[RL-1][FL-10] SIGKILL under load loses nothing acknowledged and doubles nothing',
  { timeout: 60_000 },
  async () => {
    const directory = await scratch();
    const acknowledged = new Map<string, string>();
    for (const enough of [1, 300, 57, 511]) {
      for (const line of await writeAndKill(directory, enough)) {
        const [conversation, number, hash] = line.split(' ');
        acknowledged.set(`${conversation} ${number}`, hash!);
      }
      const log = await openLog(directory);
      const stored = new Map<string, string>();
      for (const { conversation } of (await log.list({}, { limit: 100 })).conversations) {
        const records = await log.readRecords(conversation, 0, { limit: 1e6, maxBytes: 1e9 });
        expect(records.map(({ command }) => command?.id)).toEqual(records.map((_, index) => `c${index + 1}`));
        for (const { number, hash } of records) stored.set(`${conversation} ${number}`, hash);
        const unchanging = records.filter(({ events }) => events.length === 0);
        expect(unchanging).toHaveLength(Math.floor(records.length / 3));
        const last = unchanging.at(-1);
        if (last) expect(await log.findCommand(conversation, 'prt_1', `c${last.number}`)).toEqual(last);
      }
      const lost = [...acknowledged].filter(([key, hash]) => stored.get(key) !== hash);
      expect(lost).toEqual([]);
      await log.close();
      expect(await verifyLog(directory)).toMatchObject({ ok: true, findings: [] });
    }
    expect(acknowledged.size).toBeGreaterThanOrEqual(869);
  },
);

test(
  '[DG-2] what an I/O error refused in the middle of a commit does not appear after a crash either',
  { timeout: 60_000 },
  async () => {
    for (const blocks of [300, 411, 640]) {
      const directory = await scratch();
      // Signal 25 tells of the limit; ignored, the write fails instead, as on a failing disk.
      const shell = `trap '' 25; ulimit -f ${blocks}; exec "$0" "$1" "$2"`;
      const child = spawnSync('sh', ['-c', shell, process.execPath, LIMITED, directory], {
        encoding: 'utf8',
      });
      expect(child.signal).toBe('SIGKILL');
      const lines = child.stdout.trim().split('\n');
      const stored = lines.filter((line) => line.startsWith('stored')).map((line) => line.split(' ')[2]);
      const refused = lines.filter((line) => line.startsWith('refused storage.unavailable'));
      expect(refused).toHaveLength(5);
      expect(lines.at(-1)).toBe(`readable ${stored.length} records`);
      const log = await openLog(directory);
      const records = await log.read('cnv_a', 0, { limit: 1e6, maxBytes: 1e9 });
      expect(records.map(({ hash }) => hash)).toEqual(stored);
      await log.close();
      expect(await verifyLog(directory)).toMatchObject({ ok: true });
    }
  },
);
