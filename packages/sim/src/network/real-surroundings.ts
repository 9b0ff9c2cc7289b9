import type { Surroundings } from '../clients/surroundings.ts';
import { HttpWire, type Following } from './http-wire.ts';
import { webSocketWire } from './websocket-wire.ts';

/** Ways to take part of a program that is not in the hub's process. */
export type Way = 'websocket' | Following;
export const WAYS: readonly [Way, ...Way[]] = ['websocket', 'poll', 'sse'];

/** The real clock, and real connections to whatever listens on `port`. */
export function realSurroundings(port: number, way: Way = 'websocket'): Surroundings {
  return {
    now: () => Date.now(),
    ordered: way === 'websocket',
    after: (ms, task) => {
      const timer = setTimeout(task, ms);
      return () => clearTimeout(timer);
    },
    connect: (listener) =>
      way === 'websocket' ? webSocketWire(port, listener) : new HttpWire(port, way, listener),
  };
}
