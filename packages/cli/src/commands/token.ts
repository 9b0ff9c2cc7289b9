import { http } from '@parley/client';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printJson, printLine } from '../terminal/terminal.ts';

export interface TokenOptions {
  readonly hub: string;
  readonly operatorToken: string;
  readonly subject: string;
  readonly kinds: readonly string[];
  readonly scopes?: readonly string[] | undefined;
  readonly ttlSeconds: number;
  readonly json: boolean;
}

/** Issues a token for a principal and prints it, alone on its line. */
export async function issueToken(options: TokenOptions, terminal: Terminal): Promise<ExitCode> {
  const { subject, kinds, scopes, ttlSeconds } = options;
  const answer = await http(options.hub, { token: options.operatorToken }).createToken({
    subject,
    kinds,
    ttlSeconds,
    ...(scopes === undefined ? {} : { scopes }),
  });
  if (options.json) printJson(terminal.stdout, answer);
  else printLine(terminal.stdout, answer.token);
  return EXIT.ok;
}
