import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { trustedFetch } from './bounded-fetch.ts';

it('[CN-4] the operator’s own service is called over connections that are used again', async () => {
  let connections = 0;
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    request.resume().once('end', () => response.end('{}'));
  });
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`;
    for (let call = 0; call < 10; call += 1) {
      await (await trustedFetch(url, { method: 'POST', body: '{}' })).text();
    }
    expect(requests).toBe(10);
    // The next call may begin in the moment before the last one has given its connection back.
    expect(connections).toBeLessThanOrEqual(2);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
