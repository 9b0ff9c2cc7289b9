// Runs every test and ends with `N passed, N failed` alone on the last line. Arguments go to vitest.
// The exit code is 0 only when tests ran, all of them passed, and none was skipped.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { tally } from './tally.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(path.join(tmpdir(), 'parley-test-'));
const outputFile = path.join(scratch, 'results.json');
const filters = process.argv.slice(2);

const vitest = spawn(
  process.execPath,
  [
    path.join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--allowOnly=false',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${outputFile}`,
    ...filters,
  ],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
);
// A terminal's Ctrl-C reaches vitest by itself; a supervisor's SIGTERM does not.
process.on('SIGTERM', () => vitest.kill('SIGTERM'));
process.on('SIGINT', () => undefined);

vitest.on('error', (error) => process.stderr.write(`vitest could not be started: ${error.message}\n`));
vitest.on('close', (code, signal) => {
  const results = existsSync(outputFile) ? JSON.parse(readFileSync(outputFile, 'utf8')) : null;
  rmSync(scratch, { recursive: true, force: true });
  const { passed, failed, notes } = tally(results, { code, signal, filtered: filters.length > 0 });
  for (const note of notes) process.stdout.write(`${note}\n`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`, () => process.exit(failed === 0 ? 0 : 1));
});
