import path from 'node:path';
import { loadSettings } from '@parley/hub';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { announce, openHub, stopWithin } from '../hub-run.ts';
import type { SettingFlags } from '../program/setting-flags.ts';
import { untilStopped } from '../signals.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printLine } from '../terminal/terminal.ts';

export interface ServeOptions {
  readonly flags: SettingFlags;
  /** A JSON configuration file. */
  readonly file?: string;
  /** Modules of agents that moderators may bring in. */
  readonly agents: readonly string[];
}

/** Runs a hub until SIGTERM or SIGINT. Says its address once `/readyz` answers 200. */
export async function serve({ flags, file, agents }: ServeOptions, terminal: Terminal): Promise<ExitCode> {
  const settings = await loadSettings({
    flags,
    environment: terminal.env,
    agents: agents.map((module) => path.resolve(terminal.cwd, module)),
    ...(file === undefined ? {} : { file }),
  });
  // Listened for from the beginning: a stop while starting is a stop all the same.
  const stopped = untilStopped(() => printLine(terminal.stderr, 'stopped at once'));
  const hub = await openHub(settings, terminal);
  await announce(hub, terminal);
  const signal = await stopped;
  printLine(terminal.stderr, `${signal}: stopping`);
  await stopWithin(hub);
  return EXIT.ok;
}
