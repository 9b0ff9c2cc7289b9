import type { ServerResponse } from 'node:http';
import { AgentCard } from '@a2a-js/sdk';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Misbehaviour, RpcCall } from './bad-remote.fixture.ts';
import {
  answered,
  begin,
  COMPLETED,
  good,
  openBad,
  piece,
  status,
  streamed,
  TASK,
  trouble,
  whole,
  WORKING,
} from './bad-remote.fixture.ts';
import type { Site } from './remote.fixture.ts';
import { cardFor, openRemote, openSite } from './remote.fixture.ts';
import { ask, closeAll, ended, here, open, openRoom, problem, say, until, words } from './room.fixture.ts';

afterEach(closeAll);

describe('a remote agent that', () => {
  it.each([
    ['answers 404', status(404), 'HTTP status 404'],
    ['answers 500', status(500), 'HTTP status 500'],
    ['answers 401', status(401), 'asks for credentials'],
    ['redirects', status(302, { location: 'http://127.0.0.1:9/' }), 'redirect'],
    [
      'answers with a web page',
      (_: RpcCall, response: ServerResponse) =>
        response.setHeader('content-type', 'text/html').end('<h1>Hi</h1>'),
      'wrong content type',
    ],
    [
      'answers with JSON that is none',
      (_: RpcCall, response: ServerResponse) =>
        response.setHeader('content-type', 'application/json').end('{"jsonrpc'),
      'not A2A',
    ],
    [
      'streams what is no JSON',
      (_: RpcCall, response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end('data: \u001B[2J{not json\n\n');
      },
      'an event that is no JSON',
    ],
    ['streams events of no kind', streamed({ task: 7 }), 'ends before it has begun'],
    ['streams nothing', streamed(), 'ends before it has begun'],
    [
      'refuses',
      (call: RpcCall, response: ServerResponse) =>
        response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ jsonrpc: '2.0', id: call.id, error: { code: -32004, message: 'secret' } })),
      'refuses the call (UNSUPPORTED_OPERATION)',
    ],
    [
      'says that it has failed',
      streamed(WORKING, {
        statusUpdate: { ...COMPLETED.statusUpdate, status: { state: 'TASK_STATE_FAILED' } },
      }),
      'has failed',
    ],
  ] as const)('[DG-3] %s loses its turn, and moderators are told why', async (_, misbehaviour, message) => {
    const bad = await openBad([misbehaviour as Misbehaviour]);
    expect((await trouble(bad)).message).toContain(message);
    // The floor is free again, and the conversation goes on.
    await until(bad.room.ann, ({ view }) => view.floor.holders.length === 0);
    await say(bad.room.ann, 'Never mind.');
    expect(words(bad.room.ann)).toEqual([]);
  });

  it('[DG-3] is well again is heard, and its problem is over', async () => {
    const bad = await openBad([status(500), good]);
    await trouble(bad);
    const { ann } = bad.room;
    await until(ann, () => words(ann).length === 1);
    expect(words(ann)).toEqual(['Ulm is on the Danube.']);
    await until(ann, () => problem(ann) === null);
  });

  it('[DG-3] is gone is asked again, later and later, and the others go on', async () => {
    const { site, room } = await openBad([good]);
    const { ann } = room;
    await site.close();
    await say(ann, 'Where is Ulm?');
    await until(ann, () => problem(ann) !== null);
    expect(problem(ann)).toMatchObject({ code: 'agent.unreachable' });
    await say(ann, 'Never mind.');
    expect(ended(ann, 'Ann')).toHaveLength(2);
  });

  it('[A2-4] says nothing for too long loses its turn', async () => {
    const bad = await openBad([begin()], { limits: { idleMs: 80 } });
    expect((await trouble(bad)).message).toContain('did not answer in time');
  });

  it('[A2-4] streams for ever loses its turn, and is told to stop', async () => {
    const bad = await openBad(
      [
        (call, response, request) => {
          begin(WORKING)(call, response, request);
          const beat = setInterval(() => response.write(': still here\n\n'), 20);
          response.on('close', () => clearInterval(beat));
        },
        answered(whole('', 'TASK_STATE_CANCELED')),
      ],
      { limits: { idleMs: 200, turnMs: 300 } },
    );
    expect((await trouble(bad)).message).toContain('did not come to an end');
    await vi.waitFor(() => expect(bad.calls[1]!.method).toBe('CancelTask'));
  });

  it('[A2-4] looks busy for ever when looked up loses its turn', async () => {
    const working = answered({ ...TASK, status: { state: 'TASK_STATE_WORKING' } });
    const bad = await openBad([answered(WORKING), working], { streaming: false, limits: { turnMs: 200 } });
    expect((await trouble(bad)).message).toContain('did not come to an end');
  });

  it('[A2-4] says too much is cut off, and moderators are told', async () => {
    const bad = await openBad([
      begin(WORKING, piece('a'.repeat(20_000)), piece('b'.repeat(20_000), true)),
      answered(whole('', 'TASK_STATE_CANCELED')),
    ]);
    expect((await trouble(bad)).code).toBe('request.too_large');
    expect(words(bad.room.ann).join('')).toBe('a'.repeat(20_000) + 'b'.repeat(12_000));
    await vi.waitFor(() => expect(bad.calls[1]!.method).toBe('CancelTask'));
  });

  it('[A2-4] sends more than anybody could say is cut off', async () => {
    const bad = await openBad(
      [streamed({ message: { messageId: 'm', parts: [{ text: 'x'.repeat(5_000) }] } })],
      {
        limits: { maxBytes: 4_000 },
      },
    );
    expect((await trouble(bad)).message).toMatch(/too large|not A2A/);
  });

  it('moves is found again by its card', async () => {
    const remote = await open(
      openRemote((call) => call.reply(`At the new place: ${call.message.contextId !== ''}`)),
    );
    const old = await open(
      openSite((request, response) => {
        if (request.method === 'POST') return response.writeHead(410).end();
        const card = AgentCard.toJSON(old.requests.length === 1 ? cardFor(old.origin) : remote.card);
        return response.setHeader('content-type', 'application/json').end(JSON.stringify(card));
      }),
    );
    const { ann } = await openRoom({ card: old.origin });
    await here(ann);
    expect(await ask(ann, 'Where are you?')).toBe('At the new place: true');
    await until(ann, () => problem(ann) === null);
  });

  it('fails while it bids has no wish, and moderators are told', async () => {
    const { room, calls } = await openBad([status(500)], {
      config: { floor: { strategy: { kind: 'priority' } } },
      engagement: { kind: 'bid' },
    });
    await say(room.ann, 'Where is Ulm?');
    await until(room.ann, () => problem(room.ann) !== null);
    expect(calls).toHaveLength(1);
    expect(words(room.ann)).toEqual([]);
  });

  it('is on its way when the hub stops does not keep it', async () => {
    const { room, calls } = await openBad([begin(WORKING), () => undefined]);
    await say(room.ann, 'Where is Ulm?');
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    const before = Date.now();
    await room.hub.stop();
    expect(Date.now() - before).toBeLessThan(5_000);
  });
});

it('[attack: terminal] an agent’s garbage is not printed where the hub runs', async () => {
  const printed = vi.spyOn(console, 'error');
  const site: Site = await open(
    openSite((request, response) => {
      if (request.method === 'GET') {
        const card = AgentCard.toJSON(cardFor(site.origin, { binding: 'HTTP+JSON' }));
        return response.setHeader('content-type', 'application/json').end(JSON.stringify(card));
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      return response.end('data: \u001B[2J\u009B2J{not json\n\n');
    }),
  );
  const { ann } = await openRoom({ card: site.origin });
  await here(ann);
  await say(ann, 'Where is Ulm?');
  await until(ann, () => problem(ann) !== null);
  expect(problem(ann)!.message).toContain('an event that is no JSON');
  expect(printed).not.toHaveBeenCalled();
  printed.mockRestore();
});
