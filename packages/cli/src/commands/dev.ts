import { createServer } from 'node:net';
import path from 'node:path';
import { settingsOf } from '@parley/hub';
import { conversationAddress } from '../address.ts';
import { startDemo } from '../demo/demo.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { announce, openHub, stopWithin } from '../hub-run.ts';
import { untilStopped } from '../signals.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printLine, styled } from '../terminal/terminal.ts';

export interface DevOptions {
  /** The first to try; 0 takes any. */
  readonly port: number;
  readonly data: string;
}

const HOST = '127.0.0.1';
const PORTS_TRIED = 20;

/** What `npm start` runs: an open hub for this machine, the console, and two characters in conversation. */
export async function dev(options: DevOptions, terminal: Terminal): Promise<ExitCode> {
  const stopped = untilStopped(() => printLine(terminal.stderr, 'stopped at once'));
  const directory = path.resolve(terminal.cwd, options.data);
  const port = await freePort(options.port);
  if (port !== options.port) {
    printLine(terminal.stdout, `port ${options.port} is taken, so this hub takes ${port}`);
  }
  const hub = await openHub(
    settingsOf({ host: HOST, port, data: directory, open: true, logLevel: 'warn' }),
    terminal,
  );
  try {
    const { conversation, stop } = await startDemo({
      hub,
      directory,
      onError: (error) => printLine(terminal.stderr, `demo: ${String(error)}`),
    });
    await announce(hub, terminal);
    const { stdout } = terminal;
    const address = conversationAddress(hub.url, conversation);
    printLine(stdout, `Brindle and Juniper are talking at ${styled(stdout, 'bold', address)}`);
    printLine(stdout, 'Open it, or listen from a terminal:');
    printLine(stdout, `  npx parley join ${address}`);
    printLine(
      stdout,
      styled(stdout, 'dim', 'Ctrl-C stops everything; the next start finds it where it was.'),
    );
    await stopped;
    await stop();
  } finally {
    await stopWithin(hub);
  }
  return EXIT.ok;
}

/** `first`, or the next one after it that nobody listens on. */
async function freePort(first: number): Promise<number> {
  if (first === 0) return 0;
  for (let port = first; port < first + PORTS_TRIED && port <= 65_535; port++) {
    if (await isFree(port)) return port;
  }
  throw new CliError(
    EXIT.failed,
    `ports ${first} to ${first + PORTS_TRIED - 1} on ${HOST} are all taken (--port)`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    probe.listen(port, HOST, () => probe.close(() => resolve(true)));
  });
}
