import path from 'node:path';
import { StorageError, verifyLog } from '@parley/hub';
import type { VerifyProgress, VerifyReport } from '@parley/hub';
import { CliError, EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { plainLine } from '../terminal/plain-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printJson, printLine, styled } from '../terminal/terminal.ts';

export interface VerifyOptions {
  readonly directory: string;
  readonly json: boolean;
}

/** Reads the whole log in a data directory and names every record that was edited, lost or moved. */
export async function verify(options: VerifyOptions, terminal: Terminal): Promise<ExitCode> {
  const report = await read(options, terminal);
  if (options.json) printJson(terminal.stdout, report);
  else printReport(report, terminal);
  return report.ok ? EXIT.ok : EXIT.damaged;
}

async function read({ directory, json }: VerifyOptions, terminal: Terminal): Promise<VerifyReport> {
  const progress = json || !terminal.stderr.isTTY ? undefined : progressOn(terminal);
  try {
    return await verifyLog(path.resolve(terminal.cwd, directory), progress?.show);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw new CliError(error.code === 'storage.damaged' ? EXIT.damaged : EXIT.failed, error.message, {
      cause: error,
    });
  } finally {
    progress?.clear();
  }
}

function progressOn({ stderr }: Terminal): { show(progress: VerifyProgress): void; clear(): void } {
  return {
    show({ conversations, conversationsTotal, records }) {
      const share = conversationsTotal === 0 ? 100 : Math.floor((100 * conversations) / conversationsTotal);
      stderr.write(
        `\r${share} % · ${conversations} of ${conversationsTotal} conversations, ${records} records`,
      );
    },
    clear: () => void stderr.write('\r\u001b[K'),
  };
}

function printReport(report: VerifyReport, { stdout }: Terminal): void {
  for (const { kind, conversation, seq, message } of report.findings) {
    const where = [conversation, seq === null ? null : `seq ${seq}`].filter((part) => part !== null);
    printLine(stdout, `${styled(stdout, 'red', kind)} ${[...where, plainLine(message)].join(': ')}`);
  }
  const more = report.findingsTotal - report.findings.length;
  if (more > 0) printLine(stdout, `… and ${more} more`);
  const read = `${report.conversations} conversations, ${report.records} records, ${report.events} events`;
  const verdict = report.ok
    ? styled(stdout, 'green', 'in order')
    : styled(stdout, 'red', `${report.findingsTotal} findings`);
  printLine(stdout, `${read}: ${verdict}`);
}
