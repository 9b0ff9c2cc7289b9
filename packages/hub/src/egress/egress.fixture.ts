import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect } from 'vitest';
import { SystemClock } from '../host/clock.system.ts';
import type { EgressOptions, EgressPurpose, EgressRequest } from './egress.ts';
import { Egress } from './egress.ts';
import { EgressError } from './egress-error.ts';

/** Somebody's server. */
export interface Receiver {
  readonly port: number;
  readonly requests: IncomingMessage[];
  /** Connections that were ever opened. */
  readonly sockets: Socket[];
}

/** What a test has opened and not closed, the latest last. */
export const closing: (() => Promise<unknown>)[] = [];
export async function closeAll(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close();
}

export async function receiver(listener: RequestListener): Promise<Receiver> {
  const requests: IncomingMessage[] = [];
  const sockets: Socket[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  server.on('connection', (socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, requests, sockets };
}

export interface Calls {
  readonly egress: Egress;
  readonly counted: [EgressPurpose, string][];
  /** Names that were resolved, in order. */
  readonly resolved: string[];
}

/** `addresses` are the answers of the resolver, one for each look-up; the last one stays. */
export function calls(
  policy: Partial<EgressOptions['policy']> = {},
  addresses: readonly (readonly string[])[] = [['127.0.0.1']],
): Calls {
  const counted: [EgressPurpose, string][] = [];
  const resolved: string[] = [];
  const egress = new Egress({
    policy: { allow: [], loopback: false, ...policy },
    clock: new SystemClock(),
    metrics: { called: (purpose, outcome) => counted.push([purpose, outcome]) },
    resolve: (hostname) => {
      const answer = addresses[Math.min(resolved.length, addresses.length - 1)] ?? [];
      resolved.push(hostname);
      return Promise.resolve(answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
    },
  });
  closing.push(() => egress.close());
  return { egress, counted, resolved };
}

/** However it came about: a connection that is cut off may be reset. */
export const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => (socket.destroyed ? resolve() : socket.on('close', () => resolve())));

export const ok: RequestListener = (_, response) => void response.end('ok');

/** The guard's error, of the call or of reading its answer. */
export async function failure(
  egress: Egress,
  url: string,
  request: EgressRequest = {},
): Promise<EgressError> {
  try {
    const response = await egress.fetch('webhook', url, request);
    await response.arrayBuffer();
  } catch (error) {
    expect(error).toBeInstanceOf(EgressError);
    return error as EgressError;
  }
  throw new Error(`${url} was called`);
}
