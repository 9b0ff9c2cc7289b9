import type { Machine } from './machine.ts';
import type { DiskLimits } from './limits/disk.ts';
import type { Verdict } from './scenarios.ts';

export interface ContenderResult {
  readonly label: string;
  /** Medians over the runs. */
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Processor time of the server for each unit in microseconds. */
  readonly serverMicros: number | null;
  /** (largest − smallest) / median of `perSecond`. */
  readonly spread: number;
  readonly runs: readonly number[];
}

export interface ScenarioResult {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly contenders: readonly ContenderResult[];
  readonly verdicts: readonly Verdict[];
}

export interface Report {
  readonly machine: Machine;
  readonly placement: string;
  readonly rounds: number;
  /** Sizes were cut: the numbers judge nothing. */
  readonly quick: boolean;
  readonly disk: DiskLimits;
  readonly scenarios: readonly ScenarioResult[];
}

export function machineText(machine: Machine, placement: string, disk: DiskLimits): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}`,
    `${versions.join(', ')}; Parley ${machine.commit}; ${machine.at}`,
    `${placement}`,
    `limits: ${round(disk.syncsPerSecond)} syncs/s (p50 ${disk.syncP50.toFixed(2)} ms), ` +
      `${round(disk.commitsPerSecond)} commits/s of one row (p50 ${disk.commitP50.toFixed(2)} ms), ` +
      `${round(disk.groupedPerSecond)} rows/s at 50 a commit`,
  ].join('\n');
}

export function scenarioText(result: ScenarioResult): string {
  const rows = [
    ['', result.unit, 'p50 ms', 'p99 ms', 'server µs each', 'spread'],
    ...result.contenders.map((each) => [
      each.label,
      round(each.perSecond),
      each.p50.toFixed(2),
      each.p99.toFixed(2),
      each.serverMicros === null ? '?' : each.serverMicros.toFixed(each.serverMicros < 10 ? 2 : 0),
      `${Math.round(each.spread * 100)} %`,
    ]),
  ];
  const verdicts = result.verdicts.map(
    ({ text, measured, goal, met }) =>
      `  ${met ? 'met   ' : 'MISSED'}  ${text}: ${measured.toFixed(2)} (${goal})`,
  );
  return [`\n${result.title}`, ...table(rows), ...verdicts].join('\n');
}

/** The first column to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map(
    (row) =>
      '  ' +
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join('  '),
  );
}

const round = (value: number): string =>
  Math.round(value)
    .toString()
    .replaceAll(/\B(?=(\d{3})+$)/g, ' ');
