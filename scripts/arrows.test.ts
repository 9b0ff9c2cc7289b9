import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** File → one statement that its place forbids. */
const REFUSED: Readonly<Record<string, string>> = {
  'core/src/kernel/a.ts': "import '../participants/role.ts';",
  'core/src/participants/a.ts': "import '../floor/view.ts';",
  'core/src/floor/a.ts': "import '../turns/registry.ts';",
  'core/src/floor/b.ts': "import type { State } from '../conversation/state.ts';\nexport type A = State;",
  'core/src/turns/a.ts': "import '../interruptions/registry.ts';",
  'core/src/interruptions/a.ts': "import '../turns/registry.ts';",
  'core/src/routing/a.ts': "import '../conversation/decide.ts';",
  'core/src/credits/a.ts': "import '../routing/registry.ts';",
  'core/src/fairness/a.ts': "import '../credits/ledger.ts';",
  'core/src/context/a.ts': "export * from '../conversation/decide.ts';",
  'core/src/conversation/a.ts': "import 'node:fs';",
  'core/src/conversation/b.ts': "import 'zod';",
  'core/src/conversation/c.ts': "import '@parley/protocol';",
  'protocol/src/a.ts': "import '@parley/hub';",
  'protocol/src/b.ts': "import '@parley/client';",
  'client/src/a.ts': "import '@parley/hub';",
  'client/src/react/a.tsx': "import 'node:fs';",
  'console/src/a.tsx': "import '@parley/hub';",
  'console/src/b.tsx': "import '@parley/core';",
  'cli/src/a.ts': "import '@parley/console';",
  'cli/src/b.ts': "import '@parley/sim';",
  'sim/src/a.ts': "import '@parley/cli';",
  'hub/src/ports/a.ts': "import '../host/host.ts';",
  'hub/src/host/a.ts': "import '../delivery/audience.ts';",
  'hub/src/host/b.ts': "import '../storage/sqlite.ts';",
  'hub/src/delivery/a.ts': "import '../sessions/session.ts';",
  'hub/src/sessions/a.ts': "import '../channels/websocket.ts';",
  'hub/src/channels/a.ts': "import '../app.ts';",
  'hub/src/channels/b.ts': "import '@parley/client';",
  'hub/src/storage/a.ts': "import '../host/host.ts';",
  'hub/src/cluster/a.ts': "import '../storage/sqlite.ts';",
  'hub/src/routing/a.ts': "import '../sessions/session.ts';",
  'hub/src/bridges/a.ts': "import '../sessions/session.ts';",
  'hub/src/operations/a.ts': "import '../channels/http.ts';",
  'hub/src/host/c.ts': "import '@parley/core/src/kernel/id.ts';",
  'hub/src/host/d.ts': "import '../../../core/src/kernel/id.ts';",
  'core/src/conversation/now.ts': 'export const now = Date.now();',
  'core/src/conversation/date.ts': 'export const now = new Date();',
  'core/src/kernel/instant.ts': 'export const now = Date.now();',
  'core/src/conversation/chance.ts': 'export const chance = Math.random();',
  'core/src/conversation/timer.ts': 'setTimeout(() => undefined, 1);',
  'core/src/conversation/process.ts': 'export const pid = process.pid;',
};

/** File → what its place may do. */
const ALLOWED: Readonly<Record<string, string>> = {
  'core/src/conversation/fine.ts': "import '../turns/registry.ts';\nimport '../kernel/id.ts';",
  'core/src/turns/fine.ts': "import '../floor/view.ts';\nimport './strategy.ts';",
  'core/src/turns/fine.test.ts': "import '../conversation/decide.ts';\nexport const now = Date.now();",
  'protocol/src/fine.ts': "import '@parley/core';\nimport 'zod';",
  'client/src/fine.ts': "import '@parley/core';\nimport '@parley/protocol';",
  'console/src/fine.tsx': "import '@parley/client/react';\nimport '@parley/client';",
  'cli/src/fine.ts': "import '@parley/client';\nimport '@parley/hub';\nimport 'node:fs';",
  'hub/src/app.ts': "import '@parley/client';\nimport './channels/websocket.ts';",
  'hub/src/bridges/fine.ts': "import '@parley/client';\nimport '../ports/clock.ts';",
  'hub/src/channels/fine.ts': "import '../sessions/session.ts';\nimport '../ports/clock.ts';",
};

let scratch: string;
let refusals: Map<string, string[]>;

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'parley-arrows-'));
  await mkdir(path.join(scratch, 'scripts'));
  for (const file of ['oxlint.config.ts', 'scripts/arrows.ts']) {
    await copyFile(path.join(root, file), path.join(scratch, file));
  }
  await writeFile(path.join(scratch, 'package.json'), '{"type":"module"}');
  for (const [file, content] of Object.entries({ ...REFUSED, ...ALLOWED, ...CYCLE })) {
    const target = path.join(scratch, 'packages', file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, `${content}\n`);
  }
  refusals = await lint(scratch);
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

const CYCLE = {
  'cli/src/one.ts': "import { two } from './two.ts';\nexport const one = (): number => two() + 1;",
  'cli/src/two.ts': "import { one } from './one.ts';\nexport const two = (): number => one() + 1;",
};

describe('the arrows between packages and folders', () => {
  it.each(Object.keys(REFUSED))('oxlint refuses %s', (file) => {
    expect(refusals.get(file)).toContainEqual(expect.stringMatching(/no-restricted-/));
  });

  it.each(Object.keys(ALLOWED))('oxlint accepts %s', (file) => {
    expect(refusals.get(file) ?? []).not.toContainEqual(expect.stringMatching(/no-restricted-/));
  });

  it('oxlint refuses a cycle', () => {
    expect(refusals.get('cli/src/one.ts')).toContainEqual(expect.stringContaining('no-cycle'));
  });
});

/** Rules broken per file, by the file's path under packages/. */
async function lint(folder: string): Promise<Map<string, string[]>> {
  const oxlint = path.join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const output = await new Promise<string>((resolve, reject) => {
    execFile(
      process.execPath,
      [oxlint, '--format=json'],
      { cwd: folder, maxBuffer: 16 * 1024 * 1024 },
      // oxlint ends with 1 where it found something, which is what is wanted here.
      (error, stdout, stderr) =>
        stdout.startsWith('{') ? resolve(stdout) : reject(error ?? new Error(stderr)),
    );
  });
  const found = new Map<string, string[]>();
  const report = JSON.parse(output) as { diagnostics: { filename: string; code: string }[] };
  for (const { filename, code } of report.diagnostics) {
    const file = path.relative('packages', filename);
    found.set(file, [...(found.get(file) ?? []), code]);
  }
  return found;
}
