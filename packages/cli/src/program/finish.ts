import type { ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Told the exit code of the one command that ran. */
export type Finish = (code: ExitCode) => void;

/** Who the caller is, from the flag or the environment. */
export const tokenOf = (read: { readonly token?: string }, terminal: Terminal): string | undefined =>
  read.token ?? terminal.env['PARLEY_TOKEN'];
