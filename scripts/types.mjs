// Type-checks every package with its own configuration (core without Node or DOM, for one), then all tests,
// scripts and configuration files with the root's. All errors of all of them are shown.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const folders = readdirSync(path.join(root, 'packages')).map((name) => `packages/${name}`);
const missing = folders.filter((folder) => !existsSync(path.join(root, folder, 'tsconfig.json')));
const projects = [...folders.filter((folder) => !missing.includes(folder)), 'bench', '.'].filter((folder) =>
  existsSync(path.join(root, folder, 'tsconfig.json')),
);
const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');

let failed = missing.length > 0;
for (const folder of missing) process.stderr.write(`${folder} has no tsconfig.json\n`);
for (const project of projects) {
  const { status } = spawnSync(process.execPath, [tsc, '-p', project], { cwd: root, stdio: 'inherit' });
  if (status !== 0) failed = true;
  process.stdout.write(
    `${status === 0 ? 'ok    ' : 'errors'} ${project === '.' ? 'tests and scripts' : project}\n`,
  );
}
process.exitCode = failed ? 1 : 0;
