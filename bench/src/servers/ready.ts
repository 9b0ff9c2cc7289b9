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

/** Tells the orchestrator what the process holds, garbage collected, whenever it asks (`--expose-gc`). */
export function answerMemory(): void {
  process.on('message', () => {
    // Twice: what the first finds to be unreachable may have held something else.
    globalThis.gc?.();
    globalThis.gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    process.send?.({ rss, heapUsed: heapUsed + external });
  });
}
