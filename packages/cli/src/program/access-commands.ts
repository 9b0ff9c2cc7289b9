import type { Command } from 'commander';
import { Option } from 'commander';
import { parseConversationAddress, parseHubAddress } from '../address.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { tokenOf } from './finish.ts';
import type { Finish } from './finish.ts';
import { duration, kinds, list, wholeNumber } from './values.ts';

/** `token` and `invite`: who may come in. */
export function addAccessCommands(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('token <subject>')
    .description('Issues a token for a principal. For the operator.')
    .option('--hub <address>', "the hub's address (PARLEY_HUB)")
    .option('--operator-token <token>', "the operator's own token (PARLEY_OPERATOR_TOKEN)")
    .addOption(shown('--kinds <a,b>', 'as what it may take part', kinds, 'human'))
    .option('--scopes <a,b>', 'what it may do, such as create,join', list)
    .addOption(shown('--valid <time>', 'how long, such as 15m, 12h or 7d', duration, '1d'))
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  $ export PARLEY_TOKEN=$(parley token ada --valid 7d)')
    .action(
      async (
        subject: string,
        read: {
          hub?: string;
          operatorToken?: string;
          kinds: string[];
          scopes?: string[];
          valid: number;
          json?: boolean;
        },
      ) => {
        const { issueToken } = await import('../commands/token.ts');
        const operatorToken = read.operatorToken ?? terminal.env['PARLEY_OPERATOR_TOKEN'];
        if (operatorToken === undefined) {
          throw new CliError(EXIT.usage, 'whose hub? Give --operator-token or set PARLEY_OPERATOR_TOKEN.');
        }
        const options = {
          hub: parseHubAddress(read.hub ?? terminal.env['PARLEY_HUB'] ?? 'http://127.0.0.1:8787'),
          operatorToken,
          subject,
          kinds: read.kinds,
          scopes: read.scopes,
          ttlSeconds: Math.floor(read.valid / 1000),
          json: read.json ?? false,
        };
        finish(await issueToken(options, terminal));
      },
    );

  program
    .command('invite <address>')
    .description('Makes an invite to a conversation and prints its address. For moderators.')
    .addOption(shown('--roles <a,b>', 'roles that it gives', list, 'participant'))
    .addOption(shown('--kinds <a,b>', 'kinds of participants that may use it', kinds, 'human'))
    .option('--uses <number>', 'how often it can be used', wholeNumber(1), 1)
    .addOption(shown('--valid <time>', 'how long, such as 15m, 12h or 7d', duration, '7d'))
    .option('--token <token>', 'the token of a moderator (PARLEY_TOKEN)')
    .option('--json', 'code and address as JSON')
    .addHelpText('after', '\nExample:\n  $ parley invite http://127.0.0.1:8787/c/cnv_… --uses 10 --valid 2d')
    .action(
      async (
        address: string,
        read: {
          roles: string[];
          kinds: string[];
          uses: number;
          valid: number;
          token?: string;
          json?: boolean;
        },
      ) => {
        const { invite } = await import('../commands/invite.ts');
        const options = {
          address: parseConversationAddress(address),
          token: tokenOf(read, terminal),
          roles: read.roles,
          kinds: read.kinds,
          maxUses: read.uses,
          expiresAt: new Date(Date.now() + read.valid),
          json: read.json ?? false,
        };
        finish(await invite(options, terminal));
      },
    );
}

/** An option whose help shows its default as one would type it. */
function shown<T>(flags: string, description: string, read: (text: string) => T, usual: string): Option {
  return new Option(flags, description).argParser(read).default(read(usual), usual);
}
