import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { http } from '@parley/client';
import type { ConversationAddress } from '../address.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { plainText } from '../terminal/plain-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printLine } from '../terminal/terminal.ts';

export interface ExportOptions {
  readonly address: ConversationAddress;
  readonly token?: string | undefined;
  readonly format: 'markdown' | 'json';
  /** A file; standard output where it is left out. */
  readonly output?: string | undefined;
}

/** Writes a conversation's transcript as Markdown or JSON. */
export async function exportTranscript(options: ExportOptions, terminal: Terminal): Promise<ExitCode> {
  const { hub, conversation } = options.address;
  const reader = http(hub, { token: options.token });
  const text =
    options.format === 'json'
      ? JSON.stringify(await reader.transcript(conversation, 'json'), null, 2)
      : await reader.transcript(conversation, 'markdown');
  if (options.output !== undefined) {
    await writeFile(path.resolve(terminal.cwd, options.output), text);
    printLine(terminal.stderr, `written to ${options.output}`);
    return EXIT.ok;
  }
  // A file gets every byte; a terminal only what cannot act on it.
  const shown = terminal.stdout.isTTY ? plainText(text) : text;
  terminal.stdout.write(shown.endsWith('\n') ? shown : `${shown}\n`);
  return EXIT.ok;
}
