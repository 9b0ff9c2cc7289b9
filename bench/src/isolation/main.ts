/**
 * `node bench/src/isolation/main.ts [--only <part of a name>] [--quick] [--json]`: what the hub holds in memory,
 * and how little some are in the way of others. This process is the load; the servers are processes of their
 * own. The method is in README.md.
 */
import { spawnSync } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import { measureDisk } from '../limits/disk.ts';
import { describeMachine } from '../machine.ts';
import { placement } from '../processes.ts';
import { machineText } from '../report.ts';
import { connectionsAllowed, type Figure, type IsolationBench } from './bench.ts';
import { idleConnections } from './idle-connections.ts';
import { reconnects } from './reconnects.ts';
import { sleeping } from './sleeping.ts';
import { slowReaders } from './slow-readers.ts';

const BENCHES: readonly IsolationBench[] = [slowReaders, reconnects, sleeping, idleConnections];

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const chosen = BENCHES.filter(({ name }) => name.includes(options.only));
if (chosen.length === 0) {
  process.stderr.write(`--only must be part of one of: ${BENCHES.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}
const allowed = connectionsAllowed();
for (const { name, connections } of chosen) {
  const needed = connections(options.quick);
  if (needed <= allowed) continue;
  process.stderr.write(
    `${name} opens ${needed} connections, and a process may have ${allowed} here: raise the hard limit of ` +
      `open files (ulimit -Hn, or LimitNOFILE), or leave it out with --only\n`,
  );
  process.exit(2);
}

const pins = placement();
// This process stays on the cores of the load, like the load generators of the other scenarios.
const [taskset, ...cores] = pins.load;
if (taskset) spawnSync(taskset, ['-a', '-p', ...cores, `${process.pid}`]);
// Probes measure from processes of their own, and go first where both want the processor.
setPriority(constants.priority.PRIORITY_LOW);
const machine = describeMachine();
if (!options.json) {
  process.stdout.write(`${machineText(machine, pins.description, measureDisk())}\n`);
  if (options.quick) process.stdout.write('--quick: says whether everything runs, and judges nothing\n');
}
const results: { name: string; figures: readonly Figure[] }[] = [];
for (const bench of chosen) {
  const figures = await bench.run({ pins, quick: options.quick, progress });
  progress('');
  results.push({ name: bench.name, figures });
  if (!options.json) process.stdout.write(`\n${bench.title}\n${figures.map(line).join('\n')}\n`);
}
if (options.json) process.stdout.write(`${JSON.stringify({ machine, results }, null, 2)}\n`);
process.exit(0);

function line({ what, value, unit, goal }: Figure): string {
  const number = value >= 100 ? Math.round(value).toString() : value.toFixed(value < 10 ? 2 : 1);
  const verdict = goal === undefined ? '        ' : value <= goal ? '  met   ' : '  MISSED';
  return `${verdict} ${what}: ${number} ${unit}${goal === undefined ? '' : ` (≤ ${goal})`}`;
}

/** One line that is written over, on terminals only. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[2K${text}`);
}
