import { consistencyLevels } from '@parley/core';
import type { Command } from 'commander';
import { parseConversationAddress } from '../address.ts';
import { untilInterrupted } from '../signals.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { tokenOf } from './finish.ts';
import type { Finish } from './finish.ts';
import { choice, wholeNumber } from './values.ts';

const LEVELS = Object.keys(consistencyLevels);

/** `join`, `tail` and `export`. */
export function addRoomCommands(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('join <address>')
    .description('Takes part in a conversation: full screen on a terminal, line by line in a pipe.')
    .option('--name <name>', 'how the others see you (default: your user name)')
    .option('--token <token>', 'who you are (PARLEY_TOKEN); not needed on an open hub')
    .option('--observe', 'listen only')
    .option('--webhook <url>', 'call this address while you are away; you stay a member until /leave')
    .option(
      '--consistency <level>',
      `how your view is kept (${LEVELS.join(', ')}; default: as the conversation says)`,
      choice(LEVELS),
    )
    .option('--lines', 'line by line even on a terminal')
    .option('--json', 'events as JSON lines')
    .addHelpText(
      'after',
      `
Type and press Enter to speak; /help lists the commands.

Examples:
  $ parley join http://127.0.0.1:8787/c/cnv_… --name Ada
  $ echo "Good morning." | parley join http://127.0.0.1:8787/c/cnv_… --name Ada`,
    )
    .action(
      async (
        address: string,
        read: {
          name?: string;
          token?: string;
          observe?: boolean;
          webhook?: string;
          consistency?: string;
          lines?: boolean;
          json?: boolean;
        },
      ) => {
        const { join } = await import('../commands/join.ts');
        const options = {
          address: parseConversationAddress(address),
          token: tokenOf(read, terminal),
          name: read.name,
          observe: read.observe ?? false,
          webhook: read.webhook,
          consistency: read.consistency,
          lines: read.lines ?? false,
          json: read.json ?? false,
        };
        finish(await untilInterrupted((signal) => join({ ...options, signal }, terminal)));
      },
    );

  program
    .command('tail <address>')
    .description('Follows a conversation without joining it, one line per event.')
    .option('--last <number>', 'how many of the events before now come first', wholeNumber(0), 50)
    .option('--token <token>', 'who you are (PARLEY_TOKEN); not needed on an open hub')
    .option('--json', 'events as JSON lines')
    .addHelpText(
      'after',
      `
Example:
  $ parley tail http://127.0.0.1:8787/c/cnv_… --json | jq -r 'select(.event=="speech.ended").data.text'`,
    )
    .action(async (address: string, read: { last: number; token?: string; json?: boolean }) => {
      const { tail } = await import('../commands/tail.ts');
      const options = {
        address: parseConversationAddress(address),
        token: tokenOf(read, terminal),
        last: read.last,
        json: read.json ?? false,
      };
      finish(await untilInterrupted((signal) => tail({ ...options, signal }, terminal)));
    });

  program
    .command('export <address>')
    .description("Writes a conversation's transcript.")
    .option('--format <format>', 'markdown or json', choice(['markdown', 'json']), 'markdown')
    .option('--output <file>', 'a file instead of standard output')
    .option('--token <token>', 'who you are (PARLEY_TOKEN); not needed on an open hub')
    .addHelpText('after', '\nExample:\n  $ parley export http://127.0.0.1:8787/c/cnv_… --output tea.md')
    .action(async (address: string, read: { format: string; output?: string; token?: string }) => {
      const { exportTranscript } = await import('../commands/export.ts');
      const options = {
        address: parseConversationAddress(address),
        token: tokenOf(read, terminal),
        format: read.format === 'json' ? ('json' as const) : ('markdown' as const),
        output: read.output,
      };
      finish(await exportTranscript(options, terminal));
    });
}
