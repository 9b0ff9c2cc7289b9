import { http } from '@parley/client';
import type { ConversationAddress } from '../address.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printJson, printLine } from '../terminal/terminal.ts';

export interface InviteOptions {
  readonly address: ConversationAddress;
  readonly token?: string | undefined;
  readonly roles: readonly string[];
  readonly kinds: readonly string[];
  readonly maxUses: number;
  readonly expiresAt: Date;
  readonly json: boolean;
}

/** Makes an invite to a conversation and prints its address. */
export async function invite(options: InviteOptions, terminal: Terminal): Promise<ExitCode> {
  const { address, roles, kinds, maxUses, expiresAt } = options;
  const answer = await http(address.hub, { token: options.token }).createInvite(address.conversation, {
    roles,
    kinds,
    maxUses,
    expiresAt: expiresAt.toISOString(),
  });
  if (options.json) printJson(terminal.stdout, answer);
  else printLine(terminal.stdout, answer.url);
  return EXIT.ok;
}
