import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { HubProcess } from './hub-process.ts';

interface Call {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly response: ServerResponse;
}

/** Somebody's receiver; each call waits until the test takes and answers it. */
async function receiver() {
  const calls: Call[] = [];
  const waiting: ((call: Call) => void)[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const call = { headers: request.headers, body, response };
      const next = waiting.shift();
      if (next) next(call);
      else calls.push(call);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const next = (): Promise<Call> =>
    new Promise((resolve) => {
      const call = calls.shift();
      if (call) resolve(call);
      else waiting.push(resolve);
    });
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, next, close };
}

async function api(
  port: number,
  to: string,
  body?: object,
  token?: string,
): Promise<Record<string, unknown>> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/conversations${to}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${to}: ${JSON.stringify(answer)}`);
  return answer;
}

/** Written out here, so that it shares no code with what it checks. */
function signatureOf(secret: string, { headers, body }: Call): string {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

test('[PR-3] [RL-1] a hub that is killed while it calls a webhook calls it again, under the same id and secret', async () => {
  const data = await mkdtemp(path.join(tmpdir(), 'parley-webhook-'));
  const phone = await receiver();
  let hub = await HubProcess.start(data, 0);
  try {
    const { port } = hub;
    const { id } = await api(port, '', { title: 'Tea' });
    const at = (rest: string): string => `/${String(id)}${rest}`;
    const join = (more: object) => api(port, at('/participants'), { kind: 'human', ...more });
    const command = (token: unknown, op: string, dataOf: object) =>
      api(port, at('/commands'), { id: op, op, data: dataOf }, String(token));
    const eva = await join({ displayName: 'Eva', async: true, webhook: { url: phone.url } });
    const bob = await join({ displayName: 'Bob' });
    await command(eva['token'], 'presence.set', { status: 'away' });
    const granted = (await command(bob['token'], 'floor.request', {})) as { data: { grant: number } };
    await command(bob['token'], 'speech', { grant: granted.data.grant, text: 'Milk, @Eva?' });

    const first = await phone.next();
    await hub.kill();
    hub = await HubProcess.start(data, port);
    const second = await phone.next();
    second.response.writeHead(204).end();
    const secret = String(eva['webhookSecret']);
    for (const call of [first, second]) {
      expect(call.headers['webhook-signature']).toBe(signatureOf(secret, call));
      expect(JSON.parse(call.body)).toMatchObject({ data: { kind: 'mention', excerpt: 'Milk, @Eva?' } });
    }
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);

    // Counted when it is in the log; reading as Eva any sooner would bring her back.
    const delivered = 'parley_notification_attempts_total{kind="mention",outcome="delivered"} 1';
    await expect
      .poll(async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text(), { timeout: 10_000 })
      .toContain(delivered);
    const { events } = await api(port, at('/events?after=0&wait=0'), undefined, String(eva['token']));
    const told = (events as { event: string; data: Record<string, unknown> }[]).filter(({ event }) =>
      event.startsWith('notification.'),
    );
    expect(told.map(({ event, data: { attempt } }) => [event, attempt])).toEqual([
      ['notification.queued', undefined],
      ['notification.attempted', 1],
      ['notification.attempted', 2],
      ['notification.delivered', 2],
    ]);
    expect(await hub.stop()).toBe(0);
  } finally {
    await hub.kill();
    await phone.close();
    await rm(data, { recursive: true, force: true });
  }
}, 60_000);
