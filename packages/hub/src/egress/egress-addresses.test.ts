import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { EgressError } from './egress-error.ts';
import { calls, closeAll, closing, failure, ok, receiver } from './egress.fixture.ts';

afterEach(closeAll);

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
    const server = createServer();
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
