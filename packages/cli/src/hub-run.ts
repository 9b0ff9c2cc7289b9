import { createLogger, startHub } from '@parley/hub';
import type { Hub, HubSettings } from '@parley/hub';
import { CliError, EXIT } from './exit-codes.ts';
import type { Terminal } from './terminal/terminal.ts';
import { printLine, styled } from './terminal/terminal.ts';

/** How long a stopping hub may take to flush before it is said to have failed; the wire promises 10 s. */
const STOP_MS = 9_000;
const READY_MS = 30_000;

/** Starts a hub that logs to standard error, so that its address stands alone on standard output. */
export async function openHub(settings: HubSettings, terminal: Terminal): Promise<Hub> {
  try {
    return await startHub(settings, { logger: createLogger(settings.logLevel, terminal.stderr) });
  } catch (error) {
    const reason = reasonOf(error, settings);
    throw reason === null ? error : new CliError(EXIT.failed, reason, { cause: error });
  }
}

/** Waits until the hub takes work, then prints its address, alone on a line of standard output. */
export async function announce(hub: Hub, terminal: Terminal): Promise<void> {
  await ready(hub.url);
  printLine(terminal.stdout, `Parley is at ${styled(terminal.stdout, 'bold', hub.url)}`);
}

async function ready(url: string): Promise<void> {
  const deadline = AbortSignal.timeout(READY_MS);
  for (;;) {
    const { status } = await fetch(`${url}/readyz`, { signal: deadline });
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function stopWithin(hub: Hub, ms = STOP_MS): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CliError(EXIT.failed, `the hub did not stop within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([hub.stop(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What went wrong in words that say what to do; null for what is nobody's mistake but the program's. */
function reasonOf(error: unknown, { host, port }: HubSettings): string | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'EADDRINUSE')
    return `port ${port} on ${host} is taken: choose another with --port, or 0 for any`;
  if (code === 'EACCES' && 'syscall' in error && error.syscall === 'listen') {
    return `port ${port} on ${host} is not allowed for this user: choose one above 1023 with --port`;
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${host} is not an address of this machine (--host)`;
  return error.name === 'StorageError' ? error.message : null;
}
