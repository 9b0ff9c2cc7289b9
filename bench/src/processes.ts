import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LoadResult, Mark } from './load/spec.ts';

/** How long a server may take to be ready, and a load to end, before the run counts as failed. */
const READY_MS = 20_000;
const LOAD_MS = 120_000;

export interface Placement {
  readonly server: string[];
  readonly load: string[];
  /** For the report. */
  readonly description: string;
}

/**
 * The server gets the lower half of the cores and the load the upper half, where `taskset` exists and
 * there are two cores at least. A server's worker threads share its half, the baselines' single thread
 * has all of it.
 */
export function placement(): Placement {
  const cores = availableParallelism();
  const taskset = spawnSync('taskset', ['--version']).status === 0;
  if (!taskset || cores < 2) return { server: [], load: [], description: 'not pinned: results vary more' };
  const half = Math.floor(cores / 2);
  const range = (from: number, to: number): string => (from === to ? `${from}` : `${from}-${to}`);
  const server = range(0, half - 1);
  const load = range(half, cores - 1);
  return {
    server: ['taskset', '-c', server],
    load: ['taskset', '-c', load],
    description: `server on core ${server}, load on core ${load}`,
  };
}

export interface RunningServer {
  readonly port: number;
  /** Processor time of all its threads so far in milliseconds; null where the system does not tell. */
  cpuMs(): number | null;
  stop(): Promise<void>;
}

/** What the server's process holds, after garbage was collected. */
export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
}

export interface MeasuredServer extends RunningServer {
  /** Only of servers that were started to be measured: they collect garbage when they are asked. */
  memory(): Promise<Memory>;
  /** Resident bytes now, whatever is garbage. */
  rss(): number;
}

/** The longest that a server may take to collect its garbage and answer. */
const MEMORY_MS = 30_000;

/** A server that is asked for its memory. */
export async function startMeasured(
  pin: string[],
  file: string,
  args: readonly string[],
): Promise<MeasuredServer> {
  const child = start(pin, `./servers/${file}`, args, 'pipe', true);
  const server = await running(child, file);
  return {
    ...server,
    rss: () => rssOf(child.pid!),
    memory: () =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('the server says nothing')), MEMORY_MS);
        child.once('message', (memory) => {
          clearTimeout(timer);
          resolve(memory as Memory);
        });
        child.send('memory');
      }),
  };
}

/** Starts a file of `servers/` and waits until it says that it is ready. */
export function startServer(pin: string[], file: string, args: readonly string[]): Promise<RunningServer> {
  return running(start(pin, `./servers/${file}`, args, 'pipe'), file);
}

async function running(child: ChildProcess, file: string): Promise<RunningServer> {
  let errors = '';
  child.stderr!.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4_000)));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${file} was not ready in ${READY_MS} ms\n${errors}`));
    }, READY_MS);
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (!line.startsWith('{"ready":')) return;
      clearTimeout(timer);
      resolve((JSON.parse(line) as { ready: number }).ready);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`${file} ended with ${code} before it was ready\n${errors}`));
    });
  });
  return {
    port,
    cpuMs: () => cpuMsOf(child.pid!),
    async stop() {
      child.stdin!.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** What a run gives, and the processor time that the server took for each unit while it was measured. */
export interface RunResult extends LoadResult {
  readonly serverMicros: number | null;
}

/** Runs the load generator once, in a process of its own. */
export async function runLoad(pin: string[], spec: object, server: RunningServer): Promise<RunResult> {
  const child = start(pin, './load/main.ts', [JSON.stringify({ ...spec, port: server.port })], 'ignore');
  const timer = setTimeout(() => child.kill('SIGKILL'), LOAD_MS);
  const cpuAt: Partial<Record<Mark, number | null>> = {};
  let result: LoadResult | null = null;
  let errors = '';
  createInterface({ input: child.stdout! }).on('line', (line) => {
    if (line === 'measuring' || line === 'measured') cpuAt[line] = server.cpuMs();
    else result = JSON.parse(line) as LoadResult;
  });
  child.stderr!.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4_000)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  const measured = result as LoadResult | null;
  if (code !== 0 || !measured) throw new Error(`the load ended with ${code ?? 'a time-out'}\n${errors}`);
  const { measuring: from, measured: to } = cpuAt;
  const serverMicros = from == null || to == null ? null : ((to - from) * 1_000) / measured.units;
  return { ...measured, serverMicros };
}

/** `utime` and `stime` of /proc/PID/stat, which count hundredths of a second on every Linux. */
function cpuMsOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** `VmRSS` of /proc/PID/status, in bytes. */
function rssOf(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (!line) throw new Error(`process ${pid} has no memory`);
  return Number(line[1]) * 1_024;
}

function start(
  pin: string[],
  file: string,
  args: readonly string[],
  stdin: 'pipe' | 'ignore',
  measured = false,
): ChildProcess {
  const node = measured ? [process.execPath, '--expose-gc'] : [process.execPath];
  const command = [...pin, ...node, fileURLToPath(new URL(file, import.meta.url)), ...args];
  const stdio: ('pipe' | 'ignore' | 'ipc')[] = [
    stdin,
    'pipe',
    'pipe',
    ...(measured ? (['ipc'] as const) : []),
  ];
  return spawn(command[0]!, command.slice(1), { stdio });
}
