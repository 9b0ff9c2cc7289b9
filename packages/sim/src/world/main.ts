/**
 * `npm run sim -- [--minutes N] [--seed S] [--runs K] [--keep DIR]`: simulated worlds with one seed after the
 * other, until the time is over or so many have run. Ends with 1 at the first seed that breaks a promise and
 * prints it; `--seed` with `--runs 1` runs it again, exactly. `--keep` writes what everybody saw into a folder.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { LIFE, runWorld } from './run.ts';

const SHOWN_MAX = 50;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000_000}` },
    runs: { type: 'string', default: `${Number.MAX_SAFE_INTEGER}` },
    keep: { type: 'string' },
  },
});
const minutes = Number(values.minutes);
const first = Number(values.seed);
const most = Number(values.runs);
if (!(minutes > 0) || !Number.isInteger(first) || !Number.isInteger(most) || most < 1) {
  process.stderr.write('--minutes takes a positive number, --seed and --runs whole numbers\n');
  process.exit(2);
}

const end = Date.now() + minutes * 60_000;
let runs = 0;
let events = 0;
for (let seed = first; Date.now() < end && runs < most; seed++) {
  const { violations, evidence, counts, trace } = await runWorld({ ...LIFE, seed });
  runs += 1;
  events += evidence.log.length;
  if (violations.length === 0) continue;
  process.stdout.write(`seed ${seed} (trace ${trace}): ${violations.length} violations\n`);
  for (const { rule, text } of violations.slice(0, SHOWN_MAX)) process.stdout.write(`  ${rule}: ${text}\n`);
  process.stdout.write(`  ${JSON.stringify(counts)}\nagain: npm run sim -- --seed ${seed} --runs 1\n`);
  if (values.keep) {
    mkdirSync(values.keep, { recursive: true });
    const file = path.join(values.keep, `world-${seed}.json`);
    writeFileSync(file, JSON.stringify({ violations, evidence }, null, 1));
    process.stdout.write(`kept in ${file}\n`);
  }
  process.exit(1);
}
process.stdout.write(`seeds ${first} to ${first + runs - 1}: ${events} events, nothing broken\n`);
