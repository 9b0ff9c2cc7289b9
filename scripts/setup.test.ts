import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const LOCK = { packages: { '': {}, 'node_modules/a': { version: '1.0.0', integrity: 'x' } } };

/** A checkout with a console of one file, and stand-ins for npm and Vite that write down that they ran. */
let root: string;
const at = (...parts: string[]): string => path.join(root, ...parts);
const put = (file: string, content: string): void => {
  mkdirSync(path.dirname(at(file)), { recursive: true });
  writeFileSync(at(file), content);
};
const runs = (name: string): number => (existsSync(at(name)) ? readFileSync(at(name), 'utf8').length : 0);

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'parley-setup-'));
  mkdirSync(at('scripts'));
  cpSync(path.join(import.meta.dirname, 'setup.mjs'), at('scripts', 'setup.mjs'));
  put('package-lock.json', JSON.stringify(LOCK));
  for (const name of ['client', 'protocol', 'core']) put(`packages/${name}/src/index.ts`, '');
  put('packages/console/src/main.tsx', 'one');
  // What `npm ci` leaves behind.
  put(
    'npm.cjs',
    `const fs = require('node:fs');
     fs.appendFileSync('npm-ran', '.');
     if (process.env.NPM_FAILS) { console.log('E404 no such package'); process.exit(1); }
     const record = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
     delete record.packages[''];
     fs.rmSync('node_modules', { recursive: true, force: true });
     for (const dir of ['.bin', 'node/bin', 'vite/bin']) fs.mkdirSync('node_modules/' + dir, { recursive: true });
     fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify(record));
     for (const link of ['.bin/node', '.bin/parley', 'node/bin/node']) fs.symlinkSync(process.execPath, 'node_modules/' + link);
     fs.writeFileSync('node_modules/vite/bin/vite.js',
       "const fs = require('node:fs'); fs.appendFileSync('../../vite-ran', '.');" +
       "fs.rmSync('dist', { recursive: true, force: true }); fs.mkdirSync('dist');");`,
  );
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function setup(purpose: string, env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [at('scripts', 'setup.mjs'), purpose], {
    cwd: root,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH']!,
      npm_execpath: at('npm.cjs'),
      npm_node_execpath: process.execPath,
      ...env,
    },
  });
  return { status, stdout, stderr };
}

describe('setting up a checkout', () => {
  it('installs once, and then only when the lock file names something else', () => {
    expect(setup('check').stdout).toMatch(/installing packages[\s\S]*installed in/);
    expect(setup('check')).toEqual({ status: 0, stdout: '', stderr: '' });
    put('package-lock.json', `${JSON.stringify(LOCK)}\n`);
    expect(setup('check').stdout).toBe('');
    put(
      'package-lock.json',
      JSON.stringify({ packages: { 'node_modules/a': { version: '2.0.0', integrity: 'y' } } }),
    );
    expect(setup('check').stdout).toContain('installing');
    expect(runs('npm-ran')).toBe(2);
  });

  it('shows what npm said when it fails, and is not content afterwards', () => {
    const failed = setup('check', { NPM_FAILS: '1' });
    expect([failed.status, failed.stderr]).toEqual([
      1,
      expect.stringMatching(/E404[\s\S]*\nparley: npm ci failed/),
    ]);
    expect(setup('check').stdout).toContain('installing');
  });

  it('builds the console when its sources changed, and not for changed tests', () => {
    expect(setup('start').stdout).toContain('building the web console');
    put('packages/console/src/main.test.tsx', 'a test');
    expect(setup('start')).toEqual({ status: 0, stdout: '', stderr: '' });
    put('packages/console/src/main.tsx', 'two');
    setup('start');
    put('packages/core/src/index.ts', 'export {};');
    setup('start');
    rmSync(at('packages/console/dist'), { recursive: true });
    setup('start');
    expect([runs('vite-ran'), runs('npm-ran')]).toEqual([4, 1]);
  });

  it('takes the Chromium that it is given, and says in one line what is wrong with it', () => {
    put('chromium', '#!/bin/sh\n');
    const wrong = setup('test', { CHROMIUM: at('chromium') });
    expect([wrong.status, wrong.stderr]).toEqual([
      1,
      `parley: CHROMIUM=${at('chromium')} is not an executable file\n`,
    ]);
    chmodSync(at('chromium'), 0o755);
    expect(setup('test', { CHROMIUM: at('chromium') }).status).toBe(0);
  });

  it('refuses what it was not made for', () => {
    expect(setup('deploy')).toMatchObject({ status: 1, stderr: expect.stringContaining('start|test|check') });
  });
});
