import { readFileSync } from 'node:fs';
import type { Placement } from '../processes.ts';

/** One figure, beside its goal where the project has one. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** At most. */
  readonly goal?: number;
}

/** What one bench of isolation and memory needs: sizes are cut by `--quick`, which then judges nothing. */
export interface IsolationContext {
  readonly pins: Placement;
  readonly quick: boolean;
  /** Which part is being done. */
  progress(text: string): void;
}

export interface IsolationBench {
  readonly name: string;
  readonly title: string;
  /** Connections that it holds at once, at each end. */
  readonly connections: (quick: boolean) => number;
  run(context: IsolationContext): Promise<readonly Figure[]>;
}

/** Files that a process has open beside its connections: the log, libraries, pipes. */
const OTHER_FILES = 200;

/** How many connections a process can hold here, from what `ulimit -n` allows at most. */
export function connectionsAllowed(): number {
  const line = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
  const hard = line?.[1] === 'unlimited' ? Infinity : Number(line?.[1] ?? 1_024);
  return hard - OTHER_FILES;
}

export const KIB = 1_024;
export const MIB = 1_024 * 1_024;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs `work` on `count` things, so many side by side. */
export async function inTurns<T>(
  count: number,
  sideBySide: number,
  work: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) results[index] = await work(index);
  };
  await Promise.all(Array.from({ length: Math.min(sideBySide, count) }, worker));
  return results;
}
