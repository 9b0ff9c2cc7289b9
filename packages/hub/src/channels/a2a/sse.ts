import type { FastifyReply } from 'fastify';
import type { Millis } from '@parley/core';
import { OUTBOX_LIMITS } from '../../delivery/outbox.ts';
import type { Clock } from '../../ports/clock.ts';

/**
 * Written at once. An event can be as long as a task with its whole history: in pieces, whoever takes it slowly is
 * seen to take it. What the socket itself holds back (64 KiB) has to leave in each {@link OUTBOX_LIMITS.stalledMs}.
 */
const PIECE_BYTES = 16 * 1024;

interface EventStream {
  readonly events: AsyncIterator<unknown>;
  /** The first one, which was awaited so that what goes wrong before it is an ordinary error. */
  readonly first: IteratorResult<unknown>;
  readonly clock: Clock;
  readonly heartbeatMs: Millis;
  /** What the stream says should it fail. */
  readonly failed: (error: unknown) => unknown;
}

/** Server-sent events, no faster than they are read, with a comment as heartbeat (A2-7). */
export async function sendEvents(
  reply: FastifyReply,
  { events, first, clock, heartbeatMs, failed }: EventStream,
): Promise<FastifyReply> {
  const response = reply.raw;
  reply.hijack();
  response.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  let midEvent = false;
  let cancelBeat = clock.after(heartbeatMs, beat);
  try {
    for (let next = first; !next.done && !response.destroyed; next = await events.next()) {
      const event = Buffer.from(`data: ${JSON.stringify(next.value)}\n\n`);
      for (let at = 0; at < event.byteLength && !response.destroyed; at += PIECE_BYTES) {
        midEvent = true;
        if (!response.write(event.subarray(at, at + PIECE_BYTES))) await drained();
      }
      midEvent = false;
    }
  } catch (error) {
    if (!response.destroyed) response.write(`event: error\ndata: ${JSON.stringify(failed(error))}\n\n`);
  } finally {
    cancelBeat();
    response.end();
    await events.return?.();
  }
  return reply;

  /** Keeps proxies from closing, and shows a half-open connection. */
  function beat(): void {
    if (!midEvent && response.writableLength === 0) response.write(': beat\n\n');
    cancelBeat = clock.after(heartbeatMs, beat);
  }

  /** A reader that takes nothing for so long is cut off, as on every channel (CN-2); it may subscribe again. */
  function drained(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = clock.after(OUTBOX_LIMITS.stalledMs, () => response.destroy());
    const done = (): void => {
      cancel();
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
    if (response.destroyed) done();
    return promise;
  }
}
