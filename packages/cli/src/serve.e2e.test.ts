import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { Workbench } from './testing/parley-process.ts';

const bench = new Workbench();
afterAll(() => bench.clean());

const ADDRESS = /^Parley is at (http:\/\/127\.0\.0\.1:\d+)$/m;

async function startHub(args: readonly string[] = ['--open']) {
  const cwd = await bench.directory();
  const hub = bench.start(['serve', '--port', '0', ...args], { cwd });
  const [, url] = await hub.says(ADDRESS);
  return { hub, url: url!, cwd };
}

describe('a setting that cannot be', () => {
  it.each([
    ['a flag', ['--port', 'abc'], {}, /port \(from --port\): expected a whole number from 0 to 65535/],
    ['a variable', [], { PARLEY_PORT: '70000' }, /port \(from PARLEY_PORT\): expected a whole number/],
    [
      'a nested one',
      ['--limits.joins-per-second', '0'],
      {},
      /limits\.joinsPerSecond \(from --limits\.joins-per-second\)/,
    ],
    ['a choice', ['--log', 'paper'], {}, /log \(from --log\): expected one of sqlite/],
    ['an open hub on all addresses', ['--open', '--host', '0.0.0.0'], {}, /open .*loopback/],
  ])('ends the start with its key and what was expected: %s', async (_, args, env, message) => {
    const { code, stderr, stdout } = await bench.run(['serve', ...args], { env });
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).not.toContain('    at ');
  });

  it('names the file and the exact path in it', async () => {
    const cwd = await bench.directory();
    const file = path.join(cwd, 'hub.json');
    await writeFile(file, JSON.stringify({ limits: { commandsPerSecond: 'many' } }));
    const { code, stderr } = await bench.run(['serve', '--config', file], { cwd });
    expect(stderr).toContain('limits.commandsPerSecond');
    expect(stderr).toContain('hub.json');
    expect(code).toBe(2);
  });

  it('refuses unknown flags and commands with a suggestion', async () => {
    const flag = await bench.run(['serve', '--prot', '1']);
    expect([flag.code, flag.stderr]).toEqual([2, expect.stringContaining('--port')]);
    const command = await bench.run(['sreve']);
    expect([command.code, command.stderr]).toEqual([2, expect.stringContaining('serve')]);
  });
});

describe('parley --version', () => {
  it.each(['--version', '-V'])('%s prints what its package says, and nothing else', async (flag) => {
    const manifest = await readFile(path.resolve(import.meta.dirname, '..', 'package.json'), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string };
    expect(await bench.run([flag])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('parley serve', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'says its address once it is ready; %s sends clients away and ends it with 0 within 10 s',
    async (signal) => {
      const { hub, url } = await startHub();
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/ws`, 'parley.v1');
      await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
      socket.send(JSON.stringify({ id: '1', op: 'hello', data: {} }));
      await new Promise((resolve) => socket.addEventListener('message', resolve, { once: true }));
      const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve));
      const stopping = Date.now();
      hub.kill(signal);
      expect((await closed).code).toBe(4503);
      const { code } = await hub.ended;
      expect(code).toBe(0);
      expect(Date.now() - stopping).toBeLessThan(10_000);
    },
  );

  it('says that a port, or a data directory, is taken', async () => {
    const { url, cwd } = await startHub();
    const port = new URL(url).port;
    const same = await bench.run(['serve', '--port', port], { cwd: await bench.directory() });
    expect([same.code, same.stderr]).toEqual([
      1,
      expect.stringContaining(`port ${port} on 127.0.0.1 is taken`),
    ]);
    const directory = await bench.run(['serve', '--port', '0'], { cwd });
    expect([directory.code, directory.stderr]).toEqual([1, expect.stringContaining('another hub')]);
  });

  it('keeps its log: a log in order is verified, also while the hub runs, and an edited one is not', async () => {
    const { hub, url, cwd } = await startHub();
    const created = await fetch(`${url}/v1/conversations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"title":"Tea"}',
    });
    expect(created.status).toBe(201);
    const data = path.join(cwd, 'data');
    const live = await bench.run(['verify', data]);
    expect([live.code, live.stdout]).toEqual([0, expect.stringContaining('1 conversations')]);
    hub.kill('SIGTERM');
    expect((await hub.ended).code).toBe(0);
    const json = await bench.run(['verify', data, '--json']);
    expect([json.code, JSON.parse(json.stdout)]).toMatchObject([0, { ok: true, conversations: 1 }]);
    damage(data);
    const damaged = await bench.run(['verify', data]);
    expect([damaged.code, damaged.stdout]).toEqual([5, expect.stringMatching(/edited/)]);
    expect((await bench.run(['verify', path.join(cwd, 'nothing')])).code).toBe(1);
  });
});

/** Changes one letter of what the log says, with SQLite itself, as somebody with a grudge would. */
function damage(data: string): void {
  const database = new DatabaseSync(path.join(data, 'log.sqlite'));
  const { changes } = database
    .prepare("UPDATE records SET events = replace(CAST(events AS TEXT), 'Tea', 'Toe')")
    .run();
  database.close();
  expect(changes).toBe(1);
}
