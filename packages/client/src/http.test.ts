import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { http } from './http.ts';
import { hubUrl } from './transport.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

let stop: () => Promise<void> = () => Promise.resolve();
afterEach(() => stop());

async function serve(answer: (seen: Seen, response: ServerResponse) => void) {
  const seen: Seen[] = [];
  const read = async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { method = '', url = '', headers } = request;
    const one = { method, url, authorization: headers.authorization, body };
    seen.push(one);
    answer(one, response);
  };
  const server = createServer((request, response) => void read(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stop = () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  const { port } = server.address() as AddressInfo;
  return { seen, url: `http://127.0.0.1:${port}` };
}

const json = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

describe('http', () => {
  test('creates as a guest, and is that guest from then on', async () => {
    const { seen, url } = await serve((one, response) =>
      json(response, one.method === 'POST' ? 201 : 200, { id: 'cnv_1', token: 'guest' }),
    );
    const hub = http(url);
    expect(await hub.createConversation({ title: 'Hi' })).toMatchObject({ id: 'cnv_1' });
    expect(hub.token).toBe('guest');
    await hub.getConversation('cnv_1');
    expect(seen).toMatchObject([
      { method: 'POST', url: '/v1/conversations', authorization: undefined, body: '{"title":"Hi"}' },
      { method: 'GET', url: '/v1/conversations/cnv_1', authorization: 'Bearer guest' },
    ]);
  });

  test('asks who can be brought in, and takes a hub without the call for one that offers nobody', async () => {
    const offered = { services: [{ name: 'house', provider: 'openai', model: 'm-1' }], agents: [] };
    let status = 200;
    const { seen, url } = await serve((_, response) =>
      json(response, status, status === 200 ? offered : { code: 'auth.required', message: 'No.' }),
    );
    const hub = http(url, { token: 't' });
    expect(await hub.services()).toEqual(offered);
    expect(seen[0]).toMatchObject({ method: 'GET', url: '/v1/services', authorization: 'Bearer t' });
    status = 401;
    await expect(hub.services()).rejects.toMatchObject({ code: 'auth.required' });
    await stop();
    const old = await serve((_, response) => response.writeHead(404).end('<h1>Nothing here</h1>'));
    expect(await http(old.url).services()).toEqual({ services: [], agents: [] });
  });

  test('reads pages, transcripts and events with their queries', async () => {
    const { seen, url } = await serve((one, response) =>
      one.url.includes('markdown')
        ? response.end('# Hi')
        : json(response, 200, { conversations: [], cursor: 'c2' }),
    );
    const hub = http(`${url}/v1`, { token: 't' });
    expect(await hub.listConversations('c1')).toEqual({ conversations: [], cursor: 'c2' });
    expect(await hub.transcript('a/b', 'markdown')).toBe('# Hi');
    await hub.transcript('c', 'json');
    await hub.events('c', { after: 5, limit: 10, waitMs: 100 });
    await hub.createInvite('c', { maxUses: 1 });
    expect(seen.map(({ url: path }) => path)).toEqual([
      '/v1/conversations?cursor=c1',
      '/v1/conversations/a%2Fb/transcript?format=markdown',
      '/v1/conversations/c/transcript?format=json',
      '/v1/conversations/c/events?after=5&limit=10&wait=100',
      '/v1/conversations/c/invites',
    ]);
  });

  test('problem documents become ParleyErrors', async () => {
    const { url } = await serve((_, response) =>
      json(response, 400, {
        code: 'request.invalid',
        title: 'Wrong',
        detail: 'config.floor.seed is no number',
        retryable: false,
        retryAfterMs: null,
        details: { path: 'config.floor.seed' },
      }),
    );
    await expect(http(url).createConversation()).rejects.toMatchObject({
      name: 'ParleyError',
      code: 'request.invalid',
      message: 'config.floor.seed is no number',
      details: { path: 'config.floor.seed' },
    });
  });

  test('an answer from something else says its status', async () => {
    const { url } = await serve((_, response) => response.writeHead(502).end('<html>'));
    await expect(http(url).fairness('c')).rejects.toMatchObject({
      code: 'client.unexpected_answer',
      retryable: true,
      details: { status: 502 },
    });
  });

  test('nobody there is client.connection_failed, an abort its own reason', async () => {
    const { url } = await serve((_, response) => response.end());
    await stop();
    stop = () => Promise.resolve();
    await expect(http(url).getConversation('c')).rejects.toMatchObject({
      code: 'client.connection_failed',
      retryable: true,
    });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(http(url).getConversation('c', { signal })).rejects.toThrow('enough');
    await expect(http(url, { signal }).getConversation('c')).rejects.toThrow('enough');
  });
});

test.each([
  ['http://h:1', 'ws://h:1/v1/ws'],
  ['https://h/', 'wss://h/v1/ws'],
  ['wss://h/v1/ws', 'wss://h/v1/ws'],
  ['http://h/v1', 'ws://h/v1/ws'],
  ['http://h/parley/', 'ws://h/parley/v1/ws'],
])('the socket of %s is %s', (url, socket) => {
  expect(hubUrl(url, '/v1/ws', 'ws')).toBe(socket);
});
