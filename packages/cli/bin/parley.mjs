#!/usr/bin/env node
// `npx parley` in a checkout: the command, run by the Node that the project brings where this one is too old.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const main = new URL('../src/main.ts', import.meta.url);

if (Number(process.versions.node.split('.')[0]) >= 24) await import(main.href);
else {
  const project = createRequire(import.meta.url);
  const own = path.join(path.dirname(project.resolve('node/package.json')), 'bin', 'node');
  const child = spawn(own, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends them to both; whoever ends this process by its id means the command.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => (process.exitCode = code ?? 128 + constants.signals[signal]));
  child.on('error', (error) => {
    process.stderr.write(`parley: ${error.message}\n`);
    process.exitCode = 1;
  });
}
