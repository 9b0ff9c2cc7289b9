import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, platform, release, totalmem } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly commit: string;
  readonly at: string;
}

/** What a number means nothing without. */
export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    versions: {
      node: process.versions.node,
      v8: process.versions.v8,
      sqlite: process.versions.sqlite ?? 'unknown',
      ws: versionOf('ws'),
      'socket.io': versionOf('socket.io'),
    },
    commit: currentCommit(),
    at: new Date().toISOString(),
  };
}

function versionOf(name: string): string {
  const file = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** With a `+` where there are changes that are not committed; `unknown` outside a working copy. */
function currentCommit(): string {
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+');
  } catch (error) {
    // An archive without its history, or no git: a benchmark can be run there all the same.
    return `unknown (${(error as Error).message.split('\n')[0]})`;
  }
}
