/**
 * `npm run crash -- [--seconds N] [--seed S] [--kills K] [--freezes F] [--keep DIR]`: crash tests with one seed
 * after the other until the time is over. Ends with 1 at the first run that breaks a promise, and with
 * `--keep` writes what the clients saw into a folder.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { HUB_FAULTS, type HubFault } from './hub-faults.ts';
import { runCrashes } from './run.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    kills: { type: 'string', default: '5' },
    freezes: { type: 'string', default: '3' },
    fault: { type: 'string' },
    keep: { type: 'string' },
  },
});
const numbers = [values.seconds, values.seed, values.kills, values.freezes].map(Number);
const [seconds, first, kills, freezes] = numbers as [number, number, number, number];
if (numbers.some((number) => !Number.isInteger(number) || number < 0) || seconds === 0) {
  process.stderr.write('--seconds, --seed, --kills and --freezes take whole numbers\n');
  process.exit(2);
}
if (values.fault !== undefined && !Object.hasOwn(HUB_FAULTS, values.fault)) {
  process.stderr.write(`--fault takes one of: ${Object.keys(HUB_FAULTS).join(', ')}\n`);
  process.exit(2);
}
const fault = values.fault === undefined ? {} : { fault: values.fault as HubFault };

const end = Date.now() + seconds * 1_000;
let runs = 0;
for (let seed = first; Date.now() < end; seed++) {
  const { violations, evidence, counts } = await runCrashes(
    { seed, kills, freezes, conversations: 2, clientsEach: 6, whispers: 4, lifeMs: [300, 1_500], ...fault },
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
