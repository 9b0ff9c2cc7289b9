import type { Command } from 'commander';
import type { Terminal } from '../terminal/terminal.ts';
import type { Finish } from './finish.ts';
import { wholeNumber } from './values.ts';

/** `serve`, `dev`, `verify` and `restored`. The hub's code is only loaded for commands that need it. */
export async function addHubCommands(
  program: Command,
  args: readonly string[],
  terminal: Terminal,
  finish: Finish,
): Promise<void> {
  const serveCommand = program.command('serve');
  if (args.includes('serve')) {
    const { addSettingFlags } = await import('./setting-flags.ts');
    addSettingFlags(serveCommand);
  }
  serveCommand
    .description('Runs a hub: API, WebSocket and web console on one port.')
    .option('--config <file>', 'JSON file with the same settings (PARLEY_CONFIG)')
    .option(
      '--agent <module>',
      'offers the agent of this module to moderators, in a thread of its own; may be repeated',
      (module: string, before: readonly string[] = []) => [...before, module],
    )
    .addHelpText(
      'after',
      `
Flags win over environment variables, those over the file, that over the defaults.

Examples:
  $ parley serve --open                                   for this machine only, no tokens needed
  $ parley serve --open --agent ./clerk.ts                with an agent that moderators bring in as "clerk"
  $ parley serve --port 9000 --data /var/lib/parley --operator-token "$SECRET"
  $ PARLEY_LOG_LEVEL=warn parley serve --config hub.json`,
    )
    .action(async (read: Record<string, unknown>) => {
      const { serve } = await import('../commands/serve.ts');
      const { settingFlagsOf } = await import('./setting-flags.ts');
      const file = read['config'] as string | undefined;
      const agents = (read['agent'] as readonly string[] | undefined) ?? [];
      const flags = settingFlagsOf(read);
      finish(await serve({ flags, agents, ...(file === undefined ? {} : { file }) }, terminal));
    });

  program
    .command('dev')
    .description('Runs an open hub on this machine with a demo conversation of two scripted agents.')
    .option('--port <number>', 'first port to try; if it is taken, the next free one', wholeNumber(0), 8787)
    .option('--data <directory>', 'where the log is kept', './data')
    .addHelpText('after', '\nExample:\n  $ npm start')
    .action(async (read: { port: number; data: string }) => {
      const { dev } = await import('../commands/dev.ts');
      finish(await dev(read, terminal));
    });

  program
    .command('verify <directory>')
    .description('Checks the log in a data directory: no record edited, lost or moved.')
    .option('--json', 'the report as JSON')
    .addHelpText('after', '\nExample:\n  $ parley verify ./data && echo in order')
    .action(async (directory: string, read: { json?: boolean }) => {
      const { verify } = await import('../commands/verify.ts');
      finish(await verify({ directory, json: read.json ?? false }, terminal));
    });

  program
    .command('restored <directory>')
    .description(
      'Says that the log in a data directory was put back by a snapshot of its disk: a hub sees only when files were copied.',
    )
    .addHelpText('after', '\nExample:\n  $ parley restored ./data      before the hub is started again')
    .action(async (directory: string) => {
      const { restored } = await import('../commands/restored.ts');
      finish(restored(directory, terminal));
    });
}
