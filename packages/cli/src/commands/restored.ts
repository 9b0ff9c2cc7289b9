import path from 'node:path';
import { declareRestored, StorageError } from '@parley/hub';
import { CliError, EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printLine } from '../terminal/terminal.ts';

/** Says of the log in a data directory that it was put back, where a hub could not see that by itself (CS-5). */
export function restored(directory: string, terminal: Terminal): ExitCode {
  try {
    declareRestored(path.resolve(terminal.cwd, directory));
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw new CliError(EXIT.failed, error.message, { cause: error });
  }
  printLine(terminal.stdout, 'Noted. Whoever was there before is given the whole state when it comes back.');
  return EXIT.ok;
}
