import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { HubFault } from './hub-faults.ts';

const PARLEY = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url));
const FAULTY = fileURLToPath(new URL('faulty-hub.ts', import.meta.url));
/** Reading and checking a log of some megabytes on a busy machine. */
const READY_MS = 60_000;
const STOP_MS = 10_000;
/** Of one call of the run's own, also to a hub that has just been stopped and goes on. */
export const CALL_MS = 20_000;
/** Short, so that a run sees connections that nobody answers on, and leases that run out. */
const SETTINGS = ['--heartbeat-ms', '700', '--poll-lease-ms', '2000'];
const OPERATOR_TOKEN = 'operator-token-of-the-crash-tests';

/** A real hub in a process of its own, as anybody would start it. */
export class HubProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #output: () => string;
  readonly #ended: Promise<number | null>;

  private constructor(
    port: number,
    child: ChildProcess,
    output: () => string,
    ended: Promise<number | null>,
  ) {
    this.port = port;
    this.#child = child;
    this.#output = output;
    this.#ended = ended;
  }

  /**
   * Starts `parley serve` and waits until it takes commands. Port 0 takes any free one. With a fault it is
   * a hub that breaks one promise on purpose.
   */
  static async start(data: string, port: number, fault: HubFault | null = null): Promise<HubProcess> {
    const program = fault === null ? [PARLEY, 'serve'] : [FAULTY, fault];
    const args = [
      ...program,
      '--open',
      '--host',
      '127.0.0.1',
      '--port',
      `${port}`,
      '--data',
      data,
      '--operator-token',
      OPERATOR_TOKEN,
      ...SETTINGS,
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    let running = true;
    void ended.then(() => (running = false));
    const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-20_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const until = Date.now() + READY_MS;
    while (running && Date.now() < until) {
      const taken = port === 0 ? Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1] ?? 0) : port;
      if (taken > 0 && (await isReady(taken))) return new HubProcess(taken, child, () => output, ended);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill('SIGKILL');
    throw new Error(
      `the hub was not ready: ${running ? 'time-out' : `it ended with ${await ended}`}\n${output}`,
    );
  }

  /** Ends it as a power cut would, without a chance to do anything. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** SIGSTOP: the process stands still, with all of its connections, until {@link thaw} (SIGCONT). */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  /** SIGTERM: resolves with the exit code, or null where it had to be killed after 10 s. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    const code = await this.#ended;
    clearTimeout(timer);
    return code;
  }

  /** What it printed last. */
  output(): string {
    return this.#output();
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(1_000) });
    return response.status === 200;
  } catch {
    // Not listening yet; the caller's time limit ends this.
    return false;
  }
}

/** A token of an agent's own, by which it is known before it has heard anything. */
export async function issueToken(port: number, subject: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${OPERATOR_TOKEN}` },
    body: JSON.stringify({ subject, kinds: ['agent'], ttlSeconds: 3_600 }),
    signal: AbortSignal.timeout(CALL_MS),
  });
  if (response.status !== 201 && response.status !== 200)
    throw new Error(`no token: ${await response.text()}`);
  return ((await response.json()) as { token: string }).token;
}

/** `parley verify`: the exit code, null where it took too long, and what it printed. */
export async function verifyLog(data: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [PARLEY, 'verify', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: READY_MS,
    killSignal: 'SIGKILL',
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}
