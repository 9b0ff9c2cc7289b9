import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { SimulatedClock } from '../host/clock.simulated.ts';
import { Turns } from '../host/turns.ts';
import { createServer } from './server.ts';

/** Turns of the event loop pass when they are told to. */
const tasks: (() => void)[] = [];
let turns: Turns;
let server: FastifyInstance;
let port: number;
const clients: Socket[] = [];
/** The server's side of them. */
const accepted: Socket[] = [];

beforeEach(async () => {
  turns = new Turns({ clock: new SimulatedClock(0), schedule: (task) => void tasks.push(task) });
  server = createServer(turns);
  server.get('/', () => 'here');
  server.server.on('connection', (socket) => accepted.push(socket));
  await server.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = server.server.address() as { port: number });
  // Somebody has this turn: whoever connects waits for the next.
  void turns.run('somebody', () => Promise.resolve());
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  pass();
  tasks.length = 0;
  accepted.length = 0;
  await server.close();
});

function pass(): void {
  for (const task of tasks.splice(0)) task();
}

async function request(): Promise<Socket> {
  const client = connect(port, '127.0.0.1');
  clients.push(client);
  client.on('error', () => undefined);
  await new Promise((resolve) => client.once('connect', resolve));
  client.write('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  return client;
}

const answerTo = async (client: Socket): Promise<string> => {
  let text = '';
  for await (const chunk of client) text += String(chunk);
  return text;
};

/** Resolves when so many connections wait. */
const waiting = async (many: number): Promise<void> => {
  await expect.poll(() => turns.waiting).toBe(many);
};

describe('connections that come in together', () => {
  it('are looked at one in each turn of the event loop', async () => {
    const heard: string[] = [];
    const answers: Promise<unknown>[] = [];
    for (const name of ['first', 'second']) {
      answers.push(answerTo(await request()).then((answer) => heard.push(`${name} ${answer.slice(9, 12)}`)));
      await waiting(answers.length);
    }
    expect(heard).toEqual([]);
    pass();
    await answers[0];
    expect(heard).toEqual(['first 200']);
    pass();
    await answers[1];
    expect(heard).toEqual(['first 200', 'second 200']);
  });

  it('harm nobody when they break while they wait', async () => {
    const gone = await request();
    await waiting(1);
    const here = answerTo(await request());
    await waiting(2);
    gone.resetAndDestroy();
    await expect.poll(() => accepted[0]!.destroyed).toBe(true);
    pass();
    pass();
    expect(await here).toContain('200 OK');
  });

  it('are let go of by a server that closes before their turn comes', async () => {
    const client = await request();
    await waiting(1);
    const closed = server.close();
    const answer = answerTo(client);
    await expect.poll(() => server.server.listening).toBe(false);
    pass();
    expect(await answer).toBe('');
    await closed;
  });
});
