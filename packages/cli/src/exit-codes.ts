/**
 * How `parley` ends. Scripts may rely on these numbers.
 * - 0 done
 * - 1 failed in a way that is none of the others
 * - 2 wrong flag, argument or setting: nothing was started
 * - 3 the hub could not be reached, or the connection was lost for good
 * - 4 the hub refused (its error code is printed)
 * - 5 `verify` found damage
 */
export const EXIT = { ok: 0, failed: 1, usage: 2, unreachable: 3, refused: 4, damaged: 5 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An end that is explained to the user in one message and has its own exit code. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
