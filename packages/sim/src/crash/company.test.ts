import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HABITS, type Habits } from '../clients/actor.ts';
import { Random } from '../random.ts';
import { Company } from './company.ts';

/** Whoever has joined holds the floor, and says something: an answer that it waits for. */
const TALKING: Habits = {
  ...HABITS,
  speaking: { speech: 0, more: 1, pieces: 0, release: 0, silence: 0 },
  restMs: [1, 5],
};

const bodyOf = async (request: IncomingMessage): Promise<Record<string, unknown>> => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
};

/** Gives tokens (until `tokens` are given), takes everybody in with the floor, and answers nothing else. */
let tokens = Infinity;
let asked = 0;
const server = createServer(async (request, response) => {
  const { op, id } = await bodyOf(request);
  if (request.url === '/v1/tokens') {
    tokens -= 1;
    if (tokens < 0) return response.writeHead(500).end('no more');
    return response.end(JSON.stringify({ token: 'token' }));
  }
  if (op === 'speech') asked += 1;
  if (op !== 'conversation.join') return;
  const participant = 'prt_1';
  const state = { floor: { holders: [{ participant, grant: 2 }] } };
  const data = {
    participant,
    resumeToken: 'r',
    resumed: false,
    epoch: 'e',
    seq: 2,
    catchUp: { events: [], state },
  };
  response.end(JSON.stringify({ re: id, ok: true, seq: 2, data }));
});

beforeEach(async () => {
  tokens = Infinity;
  asked = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const gather = (): Promise<Company> => {
  const { port } = server.address() as AddressInfo;
  const room = { id: 'cnv_1', token: 'token' };
  return Company.gather([room], 3, { proxy: port, hub: port }, new Random(1), TALKING);
};

test('a company whose hub answers nothing any more is closed all the same', async () => {
  const company = await gather();
  // By poll and by SSE; the WebSockets are never answered at all.
  await expect.poll(() => asked).toBe(2);
  await company.close();
  expect(company.clients.map(({ waiting }) => waiting)).toEqual([0, 0, 0, 0]);
});

test('a company that cannot be gathered leaves nothing behind', async () => {
  tokens = 2;
  const before = process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;
  await expect(gather()).rejects.toThrow('no token: no more');
  await expect
    .poll(() => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length)
    .toBeLessThanOrEqual(before);
});
