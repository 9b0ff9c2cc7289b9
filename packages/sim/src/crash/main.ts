/**
 * `node packages/sim/src/crash/main.ts [--minutes N] [--seed S] [--kills K] [--keep DIR]`: crash tests with one
 * seed after the other until the time is over. Ends with 1 at the first run that breaks a promise, and with
 * `--keep` writes what the clients saw into a folder.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runCrashes } from './run.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    kills: { type: 'string', default: '8' },
    keep: { type: 'string' },
  },
});
const [minutes, first, kills] = [values.minutes, values.seed, values.kills].map(Number) as [
  number,
  number,
  number,
];
if (!(minutes > 0) || !Number.isInteger(first) || !Number.isInteger(kills) || kills < 1) {
  process.stderr.write('--minutes takes a positive number, --seed and --kills whole numbers\n');
  process.exit(2);
}

const end = Date.now() + minutes * 60_000;
let runs = 0;
for (let seed = first; Date.now() < end; seed++) {
  const { violations, evidence, counts } = await runCrashes(
    { seed, kills, conversations: 2, clientsEach: 4, lifeMs: [100, 1_500] },
    () => {},
  );
  runs += 1;
  process.stdout.write(`seed ${seed}: ${violations.length} violations; ${JSON.stringify(counts)}\n`);
  if (violations.length === 0) continue;
  for (const { rule, text } of violations.slice(0, 50)) process.stdout.write(`  ${rule}: ${text}\n`);
  if (values.keep) {
    mkdirSync(values.keep, { recursive: true });
    const file = path.join(values.keep, `crash-${seed}.json`);
    writeFileSync(file, JSON.stringify({ violations, evidence }, null, 1));
    process.stdout.write(`  kept in ${file}\n`);
  }
  process.exit(1);
}
process.stdout.write(`${runs} runs, nothing broken\n`);
