/** Tells the orchestrator (see processes.ts) that this server takes connections, and on which port. */
export function announceReady(port: number): void {
  process.stdout.write(`${JSON.stringify({ ready: port })}\n`);
}

/** Ends with the orchestrator: it closes standard input when it is done with a server, or dies. */
export function endWithParent(stop: () => Promise<void> | void): void {
  process.stdin.resume();
  process.stdin.once('end', async () => {
    await stop();
    process.exit(0);
  });
}
