import type { IncomingMessage, ServerResponse } from 'node:http';
import { AgentCard, TaskState } from '@a2a-js/sdk';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Site } from './remote.fixture.ts';
import { cardFor, openRemote, openSite } from './remote.fixture.ts';
import type { RoomOptions, TestRoom } from './room.fixture.ts';
import { ask, closeAll, ended, here, open, openRoom, problem, say, until, words } from './room.fixture.ts';

afterEach(closeAll);

interface RpcCall {
  readonly method: string;
  readonly id: number;
  readonly params: { readonly id?: string; readonly message?: { readonly messageId: string } };
}

/** How an agent answers its calls, one after the other; the last one stays. */
type Misbehaviour = (call: RpcCall, response: ServerResponse, request: IncomingMessage) => unknown;

interface Bad {
  readonly site: Site;
  readonly calls: RpcCall[];
  readonly room: TestRoom;
}

async function openBad(
  misbehaviours: readonly Misbehaviour[],
  options: Partial<RoomOptions> & { readonly streaming?: boolean } = {},
): Promise<Bad> {
  const { streaming = true, ...rest } = options;
  const calls: RpcCall[] = [];
  const site: Site = await open(
    openSite((request, response, body) => {
      if (request.method === 'GET') {
        const card = AgentCard.toJSON(cardFor(site.origin, { streaming }));
        return response.setHeader('content-type', 'application/json').end(JSON.stringify(card));
      }
      const call = JSON.parse(body) as RpcCall;
      calls.push(call);
      return misbehaviours[Math.min(calls.length, misbehaviours.length) - 1]!(call, response, request);
    }),
  );
  const room = await openRoom({ card: site.origin, ...rest });
  await here(room.ann);
  return { site, calls, room };
}

const TASK = { id: 'tsk', contextId: 'ctx' };
const WORKING = { task: { ...TASK, status: { state: 'TASK_STATE_WORKING' } } };
const piece = (text: string, append = false) => ({
  artifactUpdate: {
    taskId: 'tsk',
    contextId: 'ctx',
    append,
    artifact: { artifactId: 'a', parts: [{ text }] },
  },
});
const COMPLETED = {
  statusUpdate: { taskId: 'tsk', contextId: 'ctx', status: { state: 'TASK_STATE_COMPLETED' } },
};
const whole = (text: string, state = 'TASK_STATE_COMPLETED') => ({
  ...TASK,
  status: { state },
  artifacts: [{ artifactId: 'a', parts: [{ text }] }],
});

const result = ({ id }: RpcCall, value: unknown) => JSON.stringify({ jsonrpc: '2.0', id, result: value });

/** Some events of a stream, which stays open. */
const begin =
  (...events: object[]): Misbehaviour =>
  (call, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of events) response.write(`data: ${result(call, event)}\n\n`);
  };
const streamed =
  (...events: object[]): Misbehaviour =>
  (call, response, request) => {
    begin(...events)(call, response, request);
    response.end();
  };
const answered =
  (value: unknown): Misbehaviour =>
  (call, response) =>
    response.setHeader('content-type', 'application/json').end(result(call, value));
const status =
  (code: number, headers: Record<string, string> = {}): Misbehaviour =>
  (_, response) =>
    response.writeHead(code, headers).end();
const good = streamed(WORKING, piece('Ulm is on the Danube.'), COMPLETED);

/** Atlas is asked, and the moderator is told what is wrong with him. */
async function trouble({ room: { ann } }: Bad): Promise<{ code: string; message: string }> {
  await say(ann, 'Where is Ulm?');
  await until(ann, () => problem(ann) !== null);
  return problem(ann)!;
}

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

  it('[A2-3] is busy gets the same message again when it said', async () => {
    const times: number[] = [];
    const timed =
      (misbehaviour: Misbehaviour): Misbehaviour =>
      (...args) => {
        times.push(Date.now());
        return misbehaviour(...args);
      };
    const { room, calls } = await openBad([timed(status(429, { 'retry-after': '1' })), timed(good)]);
    expect(await ask(room.ann, 'Where is Ulm?')).toBe('Ulm is on the Danube.');
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(1_000);
    expect(calls[1]!.params.message!.messageId).toBe(calls[0]!.params.message!.messageId);
    expect(problem(room.ann)).toBeNull();
  });

  it('[A2-3] is busy for long loses its turn', async () => {
    const bad = await openBad([status(503, { 'retry-after': '3600' })]);
    expect((await trouble(bad)).message).toContain('busy (HTTP 503)');
    expect(bad.calls).toHaveLength(1);
  });

  it('[A2-3] hangs up before it has answered gets the same message again, and speaks once', async () => {
    const { room, calls } = await openBad([(_, response) => response.destroy(), good]);
    expect(await ask(room.ann, 'Where is Ulm?')).toBe('Ulm is on the Danube.');
    expect(calls.map(({ params }) => params.message!.messageId)).toEqual([
      calls[0]!.params.message!.messageId,
      calls[0]!.params.message!.messageId,
    ]);
    expect(words(room.ann)).toHaveLength(1);
  });

  it('[A2-3] breaks off in the middle is looked up, and no word comes twice', async () => {
    const { room, calls } = await openBad([
      async (call, response, request) => {
        begin(WORKING, piece('Ulm is '))(call, response, request);
        await vi.waitFor(() => expect(room.ann.view.speaking).toHaveLength(1));
        response.destroy();
      },
      answered(whole('Ulm is on ', 'TASK_STATE_WORKING')),
      answered(whole('Ulm is on the Danube.')),
    ]);
    expect(await ask(room.ann, 'Where is Ulm?')).toBe('Ulm is on the Danube.');
    expect(calls.map(({ method }) => method)).toEqual(['SendStreamingMessage', 'GetTask', 'GetTask']);
    expect(ended(room.ann)).toHaveLength(1);
  });

  it('[A2-3] ends its stream without an end of its task is looked up', async () => {
    const { room } = await openBad([
      streamed(WORKING, piece('Ulm')),
      answered(whole('Ulm is on the Danube.')),
    ]);
    expect(await ask(room.ann, 'Where is Ulm?')).toBe('Ulm is on the Danube.');
  });

  it('[A2-3] is gone after half an answer has said that half, and no more', async () => {
    const { room, calls } = await openBad([
      streamed(WORKING, piece('Ulm is')),
      status(500),
      streamed(WORKING, piece('Bern is'), COMPLETED),
    ]);
    const { ann } = room;
    expect(await ask(ann, 'Where is Ulm?')).toBe('Ulm is');
    await until(ann, () => problem(ann) !== null);
    expect(await ask(ann, 'And Bern?')).toBe('Bern is');
    const [first, , third] = calls;
    expect(third!.params.message!.messageId).not.toBe(first!.params.message!.messageId);
  });

  it('[A2-3] is interrupted is told to stop', async () => {
    const { room, calls } = await openBad([
      begin(WORKING, piece('I will now tell')),
      answered(whole('', 'TASK_STATE_CANCELED')),
      good,
    ]);
    const { ann } = room;
    await say(ann, 'Where is Ulm?');
    await until(ann, ({ view }) => view.speaking.some(({ text }) => text !== ''));
    await ann.floor.revoke(ann.view.floor.holders[0]!.participant, 'enough');
    await vi.waitFor(() => expect(calls.map(({ method }) => method)).toContain('CancelTask'));
    expect(calls[1]!.params.id).toBe('tsk');
    await until(ann, () => ended(ann)[0]?.interrupted === true);
    expect(words(ann)).toEqual(['I will now tell']);
    expect(await ask(ann, 'Shorter, please.')).toBe('Ulm is on the Danube.');
    const { message } = calls[2]!.params as {
      message: { referenceTaskIds: string[]; parts: { text: string }[] };
    };
    expect(message.referenceTaskIds).toEqual(['tsk']);
    expect(message.parts.map(({ text }) => text)).toEqual([
      '[Atlas]: I will now tell (you were interrupted here)',
      '[Ann]: Shorter, please.',
    ]);
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

  it('forgets its task is told the whole again', async () => {
    const { room, calls } = await openBad([
      streamed(WORKING, {
        statusUpdate: {
          ...COMPLETED.statusUpdate,
          status: {
            state: 'TASK_STATE_INPUT_REQUIRED',
            message: { messageId: 'q', parts: [{ text: 'When?' }] },
          },
        },
      }),
      (call, response) =>
        response
          .setHeader('content-type', 'application/json')
          .end(
            JSON.stringify({ jsonrpc: '2.0', id: call.id, error: { code: -32001, message: 'no such task' } }),
          ),
      good,
    ]);
    expect(await ask(room.ann, 'I want to go to Ulm.')).toBe('When?');
    expect(await ask(room.ann, 'Now.')).toBe('Ulm is on the Danube.');
    const { message } = calls[2]!.params as {
      message: { taskId?: string; contextId?: string; parts: { text: string }[] };
    };
    expect([message.taskId, message.contextId]).toEqual([undefined, undefined]);
    expect(message.parts.slice(1).map(({ text }) => text)).toEqual([
      '[Ann]: I want to go to Ulm.',
      '[Atlas]: When?',
      '[Ann]: Now.',
    ]);
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

it('[A2-2] an agent that rejects says why', async () => {
  const remote = await open(
    openRemote((call) => {
      call.begin();
      call.status(TaskState.TASK_STATE_REJECTED, 'I only know towns.');
    }),
  );
  const { ann } = await openRoom({ card: remote.origin });
  await here(ann);
  expect(await ask(ann, 'Who are you?')).toBe('I only know towns.');
});
