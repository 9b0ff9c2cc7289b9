import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { DialectName } from '../load/dialects.ts';
import type { FromProbe, ToProbe } from './probing.ts';

/** Anything that is asked of the probe's process is answered within this time, or the run has failed. */
const PATIENCE_MS = 120_000;

/**
 * A {@link Probe} in a process of its own: what it measures is the hub, and not how long it had to wait for
 * the thousands that the load's process plays.
 */
export class ProbeProcess {
  readonly room: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, room: string) {
    this.#child = child;
    this.room = room;
  }

  static async open(
    pin: readonly string[],
    port: number,
    listeners: number,
    dialect: DialectName = 'parley',
  ): Promise<ProbeProcess> {
    const command = [...pin, process.execPath, fileURLToPath(new URL('./probing.ts', import.meta.url))];
    const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    return new ProbeProcess(child, (await ask(child, { do: 'open', dialect, port, listeners })).room);
  }

  /** So many long utterances, as fast as the listeners hear them. */
  async flood(utterances: number, characters: number): Promise<void> {
    await ask(this.#child, { do: 'flood', utterances, characters });
  }

  /** The times from saying to hearing for so long, or until something has happened, in milliseconds. */
  async measure(until: number | Promise<unknown>): Promise<readonly number[]> {
    if (typeof until === 'number') {
      return (await ask(this.#child, { do: 'measure', forMs: until })).latencies;
    }
    const measured = ask(this.#child, { do: 'measure' });
    try {
      await until;
    } finally {
      this.#child.send({ do: 'enough' } satisfies ToProbe);
    }
    return (await measured).latencies;
  }

  close(): void {
    this.#child.disconnect();
  }
}

function ask<O extends FromProbe['did']>(
  child: ChildProcess,
  request: ToProbe & { do: O },
): Promise<FromProbe & { did: O }> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => done(new Error(`the probe did not ${request.do} in time`)), PATIENCE_MS);
    const ended = (code: number | null): void => done(new Error(`the probe ended with ${code}`));
    const done = (answer: FromProbe | Error): void => {
      clearTimeout(timer);
      child.off('exit', ended).off('message', done);
      if (answer instanceof Error) reject(answer);
      else resolve(answer as FromProbe & { did: O });
    };
    child.on('exit', ended).on('message', done);
    child.send(request);
  });
}
