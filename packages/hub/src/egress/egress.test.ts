import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../host/clock.system.ts';
import type { EgressOptions, EgressPurpose, EgressRequest } from './egress.ts';
import { Egress } from './egress.ts';
import { EgressError } from './egress-error.ts';

interface Receiver {
  readonly port: number;
  readonly requests: IncomingMessage[];
  /** Connections that were ever opened. */
  readonly sockets: Socket[];
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function receiver(listener: RequestListener): Promise<Receiver> {
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

interface Calls {
  readonly egress: Egress;
  readonly counted: [EgressPurpose, string][];
  /** Names that were resolved, in order. */
  readonly resolved: string[];
}

/** `addresses` are the answers of the resolver, one for each look-up; the last one stays. */
function calls(
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
const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => (socket.destroyed ? resolve() : socket.on('close', () => resolve())));

const ok: RequestListener = (_, response) => void response.end('ok');

/** The guard's error, of the call or of reading its answer. */
async function failure(egress: Egress, url: string, request: EgressRequest = {}): Promise<EgressError> {
  try {
    const response = await egress.fetch('webhook', url, request);
    await response.arrayBuffer();
  } catch (error) {
    expect(error).toBeInstanceOf(EgressError);
    return error as EgressError;
  }
  throw new Error(`${url} was called`);
}

describe('an address that users give', () => {
  it.each([
    // This machine, in every notation.
    'https://127.0.0.1/',
    'https://127.0.0.1./',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://017700000001/',
    'https://0/',
    'https://0.0.0.0/',
    'https://１２７.0.0.1/',
    'https://127。0。0。1/',
    'https://%31%32%37.0.0.1/',
    'https://[::1]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[::]/',
    // IPv4 within IPv6: mapped, compatible, translated, NAT64, 6to4, Teredo.
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::ffff:8.8.8.8]/',
    'https://[::127.0.0.1]/',
    'https://[::ffff:0:127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[64:ff9b::10.0.0.1]/',
    'https://[64:ff9b:1::a00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
    // Networks that are nobody else's business.
    'https://10.0.0.1/',
    'https://172.16.5.4/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.64.0.1/',
    'https://[fe80::1]/',
    'https://[fc00::1]/',
    'https://[fd00:ec2::254]/',
    'https://[fec0::1]/',
    // Nobody's at all.
    'https://192.0.2.1/',
    'https://198.18.0.1/',
    'https://203.0.113.9/',
    'https://224.0.0.1/',
    'https://240.0.0.1/',
    'https://255.255.255.255/',
    'https://[ff02::1]/',
    'https://[2001:db8::1]/',
    'https://[3fff::1]/',
    'https://[100::1]/',
    'https://[5f00::1]/',
  ])('[attack: private address] is never connected to: %s', async (url) => {
    const { egress, counted, resolved } = calls();
    expect(await failure(egress, url)).toMatchObject({ code: 'endpoint.blocked', reason: 'address' });
    expect(() => egress.check(url)).toThrow(EgressError);
    expect([counted, resolved]).toEqual([[['webhook', 'blocked']], []]);
  });

  it.each([
    ['https://[fe80::1%25eth0]/', 'url'],
    ['https://[fe80::1%eth0]/', 'url'],
    ['https://256.1.1.1/', 'url'],
    ['https:///', 'url'],
    ['file:///etc/passwd', 'url'],
    ['gopher://example.org/', 'url'],
    ['javascript:alert(1)', 'url'],
    ['example.org', 'url'],
    ['http://example.org/', 'scheme'],
    ['http://8.8.8.8/', 'scheme'],
    ['https://ada@example.org/', 'credentials'],
    ['https://:secret@example.org/', 'credentials'],
    ['https://example.org@127.0.0.1/', 'credentials'],
  ])('[attack: odd address] is refused: %s', async (url, reason) => {
    const { egress, resolved } = calls();
    expect(await failure(egress, url)).toMatchObject({ code: 'endpoint.blocked', reason });
    expect(resolved).toEqual([]);
  });

  it.each([
    [['127.0.0.1']],
    [['10.0.0.1']],
    [['::1']],
    [['::ffff:10.0.0.1']],
    [['64:ff9b::a00:1']],
    [['93.184.215.14', '10.0.0.1']],
    [['2606:2800:21f:cb07:6820:80da:af6b:8b2c', '::1']],
    [['fe80::1%eth0']],
    [['not an address']],
  ])('[attack: name of a private address] is refused where its name leads to %j', async (addresses) => {
    const { egress, resolved } = calls({}, [addresses]);
    const error = await failure(egress, 'https://hooks.test/');
    expect(error).toMatchObject({ code: 'endpoint.blocked', reason: 'address' });
    expect(error.message).not.toContain(addresses[0]);
    expect(resolved).toEqual(['hooks.test']);
  });

  it('[attack: DNS rebinding] is looked up and checked again by each connection', async () => {
    const target = await receiver(ok);
    // First an address outside, which may not answer from here, and then this machine.
    const { egress, resolved } = calls({}, [['93.184.215.14'], ['127.0.0.1']]);
    const url = `https://rebinding.test:${target.port}/`;
    expect(await failure(egress, url, { timeoutMs: 300 })).toMatchObject({ code: 'agent.unreachable' });
    expect(await failure(egress, url)).toMatchObject({ code: 'endpoint.blocked', reason: 'address' });
    expect(resolved).toEqual(['rebinding.test', 'rebinding.test']);
    expect(target.sockets).toEqual([]);
  });

  it('[attack: DNS rebinding] connects to the very addresses that were checked', async () => {
    const target = await receiver(ok);
    const { egress, resolved } = calls({ allow: [`hooks.test:${target.port}`] });
    const response = await egress.fetch('webhook', `http://hooks.test:${target.port}/`);
    expect(await response.text()).toBe('ok');
    expect(resolved).toEqual(['hooks.test']);
    expect(target.requests[0]?.headers.host).toBe(`hooks.test:${target.port}`);
  });

  it('[attack: this machine under another name] is the machine itself only by its own names', async () => {
    const target = await receiver(ok);
    const { egress } = calls({ loopback: true });
    for (const host of ['127.0.0.1', 'localhost']) {
      const response = await egress.fetch('webhook', `http://${host}:${target.port}/`);
      expect(await response.text()).toBe('ok');
    }
    const before = target.sockets.length;
    expect(await failure(egress, `https://mine.test:${target.port}/`)).toMatchObject({ reason: 'address' });
    expect(await failure(egress, `http://mine.test:${target.port}/`)).toMatchObject({ reason: 'scheme' });
    expect(await failure(egress, 'http://10.0.0.1/')).toMatchObject({ reason: 'address' });
    expect(target.sockets.length).toBe(before);
    const elsewhere = calls({ loopback: true }, [['10.0.0.1']]).egress;
    expect(await failure(elsewhere, `http://localhost:${target.port}/`)).toMatchObject({ reason: 'address' });
  });

  it('may be what the operator allows, at that port and no other', async () => {
    const target = await receiver(ok);
    const other = await receiver(ok);
    const { egress } = calls({ allow: [`127.0.0.1:${target.port}`, `[::1]:${target.port}`] });
    const response = await egress.fetch('webhook', `http://127.0.0.1:${target.port}/`);
    expect(response.status).toBe(200);
    await response.text();
    expect(() => egress.check(`http://[::1]:${target.port}/`)).not.toThrow();
    expect(await failure(egress, `http://127.0.0.1:${other.port}/`)).toMatchObject({ reason: 'address' });
    expect(other.sockets).toEqual([]);
  });

  it('by https begins with a TLS handshake, for the name that was given', async () => {
    const server = createTcpServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    const first = once(server, 'connection').then(async ([socket]: Socket[]) => {
      const [hello] = (await once(socket!, 'data')) as Buffer[];
      socket!.destroy();
      return hello!;
    });
    const { egress } = calls({ allow: [`hooks.test:${port}`] });
    expect(await failure(egress, `https://hooks.test:${port}/`)).toMatchObject({ reason: 'connection' });
    const hello = await first;
    expect(hello[0]).toBe(0x16);
    expect(hello.includes('hooks.test')).toBe(true);
  });
});

describe('an answer', () => {
  const at = async (listener: RequestListener) => {
    const target = await receiver(listener);
    return { target, url: `http://127.0.0.1:${target.port}/`, ...calls({ loopback: true }) };
  };

  it.each([301, 302, 303, 307, 308])('[attack: redirect] of %i is not followed', async (status) => {
    const inner = await receiver(ok);
    const { egress, url, counted } = await at((_, response) =>
      response.writeHead(status, { location: `http://127.0.0.1:${inner.port}/admin` }).end(),
    );
    expect(await failure(egress, url)).toMatchObject({ code: 'endpoint.blocked', reason: 'redirect' });
    expect([inner.sockets, counted]).toEqual([[], [['webhook', 'blocked']]]);
  });

  it('[attack: huge answer] is cut off at its limit', async () => {
    let sent = 0;
    const { egress, url, target } = await at((_, response) => {
      const chunk = Buffer.alloc(64 * 1024);
      const more = (): void => {
        while (!response.destroyed) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', more);
        }
      };
      more();
    });
    expect(await failure(egress, url, { maxBytes: 100_000 })).toMatchObject({
      code: 'agent.unreachable',
      reason: 'size',
    });
    await closed(target.sockets[0]!);
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  it('[attack: never-ending answer] is cut off in time', async () => {
    const { egress, url, target } = await at((_, response) => {
      const timer = setInterval(() => response.write('.'), 5);
      response.on('close', () => clearInterval(timer));
    });
    expect(await failure(egress, url, { timeoutMs: 150 })).toMatchObject({ reason: 'timeout' });
    await closed(target.sockets[0]!);
  });

  it('[attack: stalled answer] is not waited for', async () => {
    const { egress, url, counted } = await at(() => undefined);
    expect(await failure(egress, url, { timeoutMs: 100 })).toMatchObject({
      code: 'agent.unreachable',
      reason: 'timeout',
    });
    expect(counted).toEqual([['webhook', 'unreachable']]);
  });

  it('[attack: unread answer] does not hold its connection for ever', async () => {
    const { egress, url, target } = await at((_, response) => void response.write('begun'));
    await egress.fetch('webhook', url, { timeoutMs: 100 });
    await closed(target.sockets[0]!);
  });

  it('that is cancelled lets go of its connection at once', async () => {
    const { egress, url, target } = await at((_, response) => void response.write('begun'));
    const response = await egress.fetch('webhook', url);
    await response.body?.cancel();
    await closed(target.sockets[0]!);
  });

  it('[attack: huge header] is refused', async () => {
    const { egress, url } = await at((_, response) =>
      response.writeHead(200, { 'x-long': 'x'.repeat(32 * 1024) }).end(),
    );
    expect(await failure(egress, url)).toMatchObject({ reason: 'connection' });
  });

  it('can be called off', async () => {
    const { egress, url } = await at(() => undefined);
    const stop = new AbortController();
    const failed = failure(egress, url, { signal: stop.signal });
    stop.abort();
    expect(await failed).toMatchObject({ reason: 'cancelled' });
    expect(await failure(egress, url, { signal: stop.signal })).toMatchObject({ reason: 'cancelled' });
  });

  it('of any other kind is the caller’s', async () => {
    const { egress, url } = await at((request, response) => {
      response.writeHead(Number(request.url!.slice(1)), { 'x-two': ['a', 'b'] }).end();
    });
    for (const status of [200, 204, 404, 410, 500]) {
      const response = await egress.fetch('webhook', url + status);
      expect([response.status, response.headers.get('x-two')]).toEqual([status, 'a, b']);
      expect(await response.text()).toBe('');
    }
  });

  it('that does not come because nobody listens is unreachable', async () => {
    const { egress, counted } = calls({ loopback: true });
    const gone = await receiver(ok);
    await closing.pop()!();
    expect(await failure(egress, `http://127.0.0.1:${gone.port}/`)).toMatchObject({
      code: 'agent.unreachable',
      reason: 'connection',
    });
    expect(counted).toEqual([['webhook', 'unreachable']]);
  });

  it('that does not come because the name is unknown is unreachable', async () => {
    const { egress } = calls({}, [[]]);
    expect(await failure(egress, 'https://nobody.test/')).toMatchObject({
      code: 'agent.unreachable',
      reason: 'resolution',
    });
  });
});

it('[attack: credentials for another] sends what proves something only to the origin it is bound to', async () => {
  const one = await receiver(ok);
  const two = await receiver(ok);
  const { egress } = calls({ loopback: true });
  const origin = `http://127.0.0.1:${one.port}`;
  const request: EgressRequest = {
    method: 'POST',
    body: '{}',
    headers: { authorization: 'Bearer slipped-in', cookie: 'a=b', 'X-Api-Key': 'k', 'x-other': 'kept' },
    credentials: { origin, headers: { authorization: 'Bearer bound' } },
  };
  for (const { port } of [one, two]) {
    await (await egress.fetch('model', `http://127.0.0.1:${port}/v1`, request)).text();
  }
  expect(one.requests[0]?.headers).toMatchObject({ authorization: 'Bearer bound', 'x-other': 'kept' });
  for (const { headers } of [one.requests[0]!, two.requests[0]!]) {
    expect([headers['cookie'], headers['x-api-key']]).toEqual([undefined, undefined]);
  }
  expect(two.requests[0]?.headers.authorization).toBeUndefined();
});

describe('[CN-4] connections', () => {
  it('are kept alive and used again, for each origin', async () => {
    const one = await receiver(ok);
    const two = await receiver(ok);
    const { egress, counted } = calls({ loopback: true });
    for (let call = 0; call < 20; call++) {
      for (const { port } of [one, two]) {
        await (await egress.fetch('webhook', `http://127.0.0.1:${port}/`)).text();
      }
    }
    expect([one.requests.length, two.requests.length]).toEqual([20, 20]);
    expect([one.sockets.length, two.sockets.length]).toEqual([1, 1]);
    expect(counted).toHaveLength(40);
  });

  it('are at most a few for each origin, however many calls there are at once', async () => {
    let most = 0;
    let open = 0;
    const target = await receiver((_, response) => {
      most = Math.max(most, (open += 1));
      setTimeout(() => {
        open -= 1;
        response.end();
      }, 5);
    });
    const { egress } = calls({ loopback: true });
    const url = `http://127.0.0.1:${target.port}/`;
    await Promise.all(
      Array.from({ length: 60 }, async () => (await egress.fetch('webhook', url)).arrayBuffer()),
    );
    expect([most, target.sockets.length, target.requests.length]).toEqual([8, 8, 60]);
  });

  it('to an origin that closes them are opened anew', async () => {
    const target = await receiver((_, response) => void response.writeHead(200, { connection: 'close' }).end());
    const { egress } = calls({ loopback: true });
    for (let call = 0; call < 3; call++) {
      await (await egress.fetch('webhook', `http://127.0.0.1:${target.port}/`)).text();
    }
    expect(target.sockets).toHaveLength(3);
  });

  it('end with the hub', async () => {
    const target = await receiver(() => undefined);
    const { egress } = calls({ loopback: true });
    const failed = failure(egress, `http://127.0.0.1:${target.port}/`);
    while (target.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await egress.close();
    expect(await failed).toMatchObject({ reason: 'cancelled' });
    await closed(target.sockets[0]!);
  });
});
