/**
 * `npm run bench [-- --only <part of a name>] [--quick] [--rounds N] [--json]`. The method is in README.md.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CONTENDERS, type Contender, type ContenderName } from './contenders.ts';
import { measureDisk, type DiskLimits } from './limits/disk.ts';
import { describeMachine } from './machine.ts';
import { placement, runLoad, startServer, type Placement, type RunResult } from './processes.ts';
import { machineText, scenarioText, type Report, type ScenarioResult } from './report.ts';
import { SCENARIOS, judge, shortened, type Medians, type Scenario } from './scenarios.ts';
import { median, spread } from './statistics.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const rounds = options.quick ? 1 : Number(options.rounds);
const chosen = SCENARIOS.filter(({ name }) => name.includes(options.only));
if (chosen.length === 0) {
  process.stderr.write(`--only must be part of one of: ${SCENARIOS.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}
if (!Number.isInteger(rounds) || rounds < 1 || rounds > 50) {
  process.stderr.write('--rounds must be a whole number from 1 to 50\n');
  process.exit(2);
}

const where = placement();
const disk = measureDisk();
const machine = describeMachine();
print(machineText(machine, where.description, disk));
if (options.quick) print('--quick: one short run each; says whether everything runs, not how fast it is');

const results: ScenarioResult[] = [];
for (const scenario of chosen) {
  const result = await run(options.quick ? shortened(scenario) : scenario, where, disk);
  results.push(result);
  print(scenarioText(result));
}
if (options.json)
  save({ machine, placement: where.description, rounds, quick: options.quick, disk, scenarios: results });

async function run(scenario: Scenario, pins: Placement, limits: DiskLimits): Promise<ScenarioResult> {
  const runs = new Map<ContenderName, RunResult[]>(scenario.contenders.map((name) => [name, []]));
  let sample = '';
  for (let round = 0; round < rounds; round++) {
    // Everybody once a round, each time in another order; the hub begins, as it gives the sample.
    const turn = round % scenario.contenders.length;
    for (const name of [...scenario.contenders.slice(turn), ...scenario.contenders.slice(0, turn)]) {
      const result = await once(CONTENDERS[name], scenario, pins, sample);
      if (name === 'hub') sample ||= result.sample;
      runs.get(name)!.push(result);
      progress(`${scenario.name}: round ${round + 1} of ${rounds}, ${CONTENDERS[name].label}`);
    }
  }
  progress('');
  const medians: Partial<Record<ContenderName, Medians>> = {};
  const contenders = scenario.contenders.map((name) => {
    const all = runs.get(name)!;
    const rates = all.map(({ perSecond }) => perSecond);
    const p50 = median(all.map((each) => each.p50));
    const p99 = median(all.map((each) => each.p99));
    const micros = all.flatMap(({ serverMicros }) => serverMicros ?? []);
    medians[name] = { perSecond: median(rates), p50 };
    return {
      label: CONTENDERS[name].label,
      perSecond: median(rates),
      p50,
      p99,
      serverMicros: micros.length > 0 ? median(micros) : null,
      spread: spread(rates),
      runs: rates,
    };
  });
  const verdicts = scenario.goals.map((goal) => judge(goal, medians, CONTENDERS, limits));
  return { name: scenario.name, title: scenario.title, unit: scenario.unit, contenders, verdicts };
}

/** A fresh server and a fresh load for each run: nothing carries over. */
async function once(
  contender: Contender,
  scenario: Scenario,
  pins: Placement,
  sample: string,
): Promise<RunResult> {
  const server = await startServer(pins.server, contender.file, contender.args(sample));
  try {
    return await runLoad(pins.load, { ...scenario.load, dialect: contender.dialect }, server);
  } finally {
    await server.stop();
  }
}

function save(report: Report): void {
  const folder = fileURLToPath(new URL('../results/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const file = `${folder}${report.machine.at.replaceAll(/[:.]/g, '-')}.json`;
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  print(`\nwritten to ${file}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** One line that is written over, on terminals only. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[2K${text}`);
}
