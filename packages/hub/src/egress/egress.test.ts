import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { EgressRequest } from './egress.ts';
import { calls, closeAll, closed, closing, failure, ok, receiver } from './egress.fixture.ts';

afterEach(closeAll);

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
    await egress.fetch('webhook', url, { timeoutMs: 1_000 });
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

  it('[attack: impossible status] is none, and holds no connection', async () => {
    const { target, url, egress, counted } = await at((_, response) => {
      response.socket!.end('HTTP/1.1 777 Lucky\r\ncontent-length: 5\r\n\r\nhello');
    });
    // More of them than there are connections to one origin.
    for (let call = 0; call < 12; call += 1) {
      expect(await failure(egress, url)).toMatchObject({ code: 'agent.unreachable', reason: 'connection' });
    }
    expect(target.requests).toHaveLength(12);
    expect(counted.every(([, outcome]) => outcome === 'unreachable')).toBe(true);
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

  it('are kept to so many origins at once; to one more none is opened', async () => {
    const target = await receiver(ok);
    const urls = Array.from({ length: 513 }, (_, index) => `http://n${index}.example:${target.port}/`);
    const { egress } = calls({ allow: urls.map((url) => new URL(url).host) });
    const call = async (url: string) => (await egress.fetch('webhook', url)).text();
    await Promise.all(urls.slice(0, 512).map(call));
    expect(target.sockets).toHaveLength(512);
    expect(await failure(egress, urls[512]!)).toMatchObject({ code: 'agent.unreachable', reason: 'busy' });
    await call(urls[0]!);
    expect(target.sockets).toHaveLength(512);
  });

  it('to an origin that closes them are opened anew', async () => {
    const target = await receiver(
      (_, response) => void response.writeHead(200, { connection: 'close' }).end(),
    );
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
