import { Command, CommanderError } from 'commander';
import { isParleyError } from '@parley/client';
import manifest from '../package.json' with { type: 'json' };
import { CliError, EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { addAccessCommands } from './program/access-commands.ts';
import type { Finish } from './program/finish.ts';
import { addHubCommands } from './program/hub-commands.ts';
import { addRoomCommands } from './program/room-commands.ts';
import { plainText } from './terminal/plain-text.ts';
import type { Terminal } from './terminal/terminal.ts';
import { printJson, printLine, processTerminal, styled } from './terminal/terminal.ts';

const EXIT_CODES = `
Exit codes: 0 done · 1 failed · 2 wrong flag, argument or setting · 3 no hub there ·
4 refused by the hub · 5 damage found by verify`;

/** Runs one `parley` command and answers its exit code. Every failure is printed as one message. */
export async function run(
  args: readonly string[],
  terminal: Terminal = processTerminal(),
): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  try {
    const program = await describe(args, terminal, (finished) => (code = finished));
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return explain(error, args.includes('--json'), terminal);
  }
}

async function describe(args: readonly string[], terminal: Terminal, finish: Finish): Promise<Command> {
  const program = new Command('parley')
    .description('Rooms where people and AI agents talk: a hub, and ways to take part from the terminal.')
    .version(manifest.version, '-V, --version', 'print the version and end')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    })
    .addHelpText('after', EXIT_CODES)
    .showSuggestionAfterError();
  await addHubCommands(program, args, terminal, finish);
  addRoomCommands(program, terminal, finish);
  addAccessCommands(program, terminal, finish);
  return program;
}

function explain(error: unknown, json: boolean, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) {
    // Commander has printed its message, or the help that was asked for.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  const { code, exitCode, message } = understood(error);
  if (json) printJson(terminal.stderr, { error: { code, message } });
  else printLine(terminal.stderr, `${styled(terminal.stderr, 'red', 'parley:')} ${plainText(message)}`);
  return exitCode;
}

function understood(error: unknown): { code: string; exitCode: ExitCode; message: string } {
  if (error instanceof CliError) {
    return { code: `cli.exit_${error.exitCode}`, exitCode: error.exitCode, message: error.message };
  }
  // By name, so that the hub's code is not loaded just to ask.
  if (error instanceof Error && error.name === 'SettingsError') {
    return { code: 'cli.settings', exitCode: EXIT.usage, message: error.message };
  }
  if (isParleyError(error)) {
    const isUnreachable = error.code === 'client.connection_failed';
    const advice = isUnreachable ? '; does a hub run at this address?' : '';
    return {
      code: error.code,
      exitCode: isUnreachable ? EXIT.unreachable : EXIT.refused,
      message: `${error.message}${advice} [${error.code}]`,
    };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'cli.failed', exitCode: EXIT.failed, message };
}
