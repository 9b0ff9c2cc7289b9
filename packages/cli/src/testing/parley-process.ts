import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const MAIN = path.resolve(import.meta.dirname, '..', 'main.ts');
/** The checkout, where `npx parley` finds the command. */
const CHECKOUT = path.resolve(import.meta.dirname, '..', '..', '..', '..');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A `parley` process as a user starts it, in a directory of its own. */
export class ParleyProcess {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';

  constructor(
    command: readonly string[],
    options: { cwd: string; env?: Record<string, string>; input?: string },
  ) {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(PARLEY_|FORCE_COLOR)/.test(name));
    this.#child = spawn(command[0]!, command.slice(1), {
      cwd: options.cwd,
      env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    if (options.input !== undefined) this.#child.stdin!.end(options.input);
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code, signal) =>
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr }),
      );
    });
  }

  get stdout(): string {
    return this.#stdout;
  }

  /** What is written from now on to the process's standard input. */
  type(line: string): void {
    this.#child.stdin!.write(`${line}\n`);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The first match in standard output, as soon as it is there; rejects when the process ends before. */
  says(pattern: RegExp, ms?: number): Promise<RegExpExecArray> {
    return this.#writes(() => this.#stdout, pattern, ms);
  }

  /** The same in standard error, where notices go. */
  notes(pattern: RegExp, ms?: number): Promise<RegExpExecArray> {
    return this.#writes(() => this.#stderr, pattern, ms);
  }

  async #writes(written: () => string, pattern: RegExp, ms = 30_000): Promise<RegExpExecArray> {
    const deadline = Date.now() + ms;
    let over: Ended | undefined;
    void this.ended.then((ended) => (over = ended));
    for (;;) {
      const found = pattern.exec(written());
      if (found) return found;
      if (over || Date.now() > deadline) {
        throw new Error(`never wrote ${pattern}\nstdout: ${this.#stdout}\nstderr: ${this.#stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Processes and directories of one test file; `clean` ends and removes whatever is left of them. */
export class Workbench {
  readonly #processes: ParleyProcess[] = [];
  readonly #directories: string[] = [];

  async directory(): Promise<string> {
    const directory = await mkdtemp(path.join(tmpdir(), 'parley-cli-'));
    this.#directories.push(directory);
    return directory;
  }

  start(args: readonly string[], options: { cwd: string; env?: Record<string, string>; input?: string }) {
    return this.#keep(new ParleyProcess([process.execPath, MAIN, ...args], options));
  }

  /** Runs a line that a command printed for the user, in the checkout as the user would; for lines without quotes. */
  startLine(line: string): ParleyProcess {
    return this.#keep(new ParleyProcess(line.trim().split(/\s+/), { cwd: CHECKOUT, input: '' }));
  }

  #keep(started: ParleyProcess): ParleyProcess {
    this.#processes.push(started);
    return started;
  }

  /** Runs a command to its end. */
  async run(
    args: readonly string[],
    options: { cwd?: string; env?: Record<string, string>; input?: string } = {},
  ): Promise<Ended> {
    return this.start(args, { input: '', cwd: tmpdir(), ...options }).ended;
  }

  async clean(): Promise<void> {
    for (const each of this.#processes) each.kill('SIGKILL');
    await Promise.all(this.#processes.map((each) => each.ended));
    await Promise.all(this.#directories.map((each) => rm(each, { recursive: true, force: true })));
  }
}
