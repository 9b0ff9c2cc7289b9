import type { ServerResponse } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import type { Behaviour } from './model-server.fixture.ts';
import { begin, delta, openModelServer, refuses, says } from './model-server.fixture.ts';
import type { Stage } from './stage.fixture.ts';
import { stage } from './stage.fixture.ts';

const ended = ({ lines }: Stage) => lines.filter(({ status }) => status === 'ended').map(({ text }) => text);

/** Short timers, so that silence shows soon. */
const HASTY = { floor: { timers: { firstContentMs: 1_000, silenceMs: 1_000 } } };

const unreachable = (message: string) => ({ code: 'agent.unreachable', message });
const NOT_REACHED = unreachable('The service cannot be reached.');
const NOT_IN_TIME = unreachable('The service did not answer in time.');
const BROKEN_OFF = unreachable('The answer of the service broke off, or cannot be understood.');

/** In an endless stream: until the other side has had enough. */
const endlessly =
  (piece: string): Behaviour =>
  (_, response) => {
    begin(response);
    const more = (): void => {
      while (!response.destroyed && response.writableLength < 64_000) delta(response, piece);
    };
    response.on('drain', more);
    more();
  };

const begun = (then: (response: ServerResponse) => void): Behaviour => {
  return (_, response) => {
    begin(response);
    delta(response, 'So far, so good. ');
    then(response);
  };
};

describe('[AI-4] [DG-3] a call that fails before a word', () => {
  it.each<[string, Behaviour, object]>([
    ['500', refuses(500), unreachable('The service answers 500.')],
    ['404', refuses(404), unreachable('The service does not know this model or address.')],
    [
      'a redirect',
      (_, response) => void response.writeHead(307, { location: 'http://127.0.0.1:9/v1' }).end(),
      NOT_REACHED,
    ],
    [
      'another content type',
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>'),
      BROKEN_OFF,
    ],
    ['a closed connection', (_, response) => void response.destroy(), NOT_REACHED],
    [
      'a broken chunk',
      (_, response) => {
        begin(response);
        response.end('data: {"choices":[{"index":0,"del\n\n');
      },
      BROKEN_OFF,
    ],
    ['a stalled stream', (_, response) => begin(response), NOT_IN_TIME],
    ['no answer at all', () => undefined, NOT_IN_TIME],
    [
      'a line without an end',
      (_, response) => {
        begin(response);
        response.end(`data: ${'x'.repeat(9 * 1024 * 1024)}`);
      },
      unreachable('The answer of the service is too large.'),
    ],
  ])('loses the turn and keeps the wish: %s', async (_, behaviour, problem) => {
    const scene = await stage({ config: HASTY });
    scene.server.speak = behaviour;
    await scene.bring({ service: 'house' });
    await scene.say('Well, @Sage?');
    await scene.until(() => Boolean(scene.problem));
    expect(scene.problem).toEqual(problem);
    await scene.until(({ view }) => view.floor.holders.length === 0);
    expect(scene.lines).toEqual([]);
    // The conversation goes on, and so does it as soon as it can.
    scene.server.speak = says('Here I am.');
    await scene.say('We others go on.');
    await scene.until(() => ended(scene).length === 1);
    expect(ended(scene)).toEqual(['Here I am.']);
    expect(scene.problem).toBeNull();
    expect(scene.logged.join()).not.toContain('sk-secret');
  });

  it('[AI-3] 429 with retry-after: nobody of the service is asked before', async () => {
    const scene = await stage();
    scene.server.speak = refuses(429, { 'retry-after': '2' });
    await scene.bring({ service: 'house' });
    await scene.bring({ service: 'house' }, { displayName: 'Thyme' });
    const at = performance.now();
    await scene.say('Well, @Sage?');
    await scene.until(({ view }) => view.bridges.some(({ problem }) => problem !== null));
    expect(scene.problem).toEqual({
      code: 'rate.limited',
      message: 'The service is over its limits and asks to wait.',
    });
    scene.server.speak = says('Now.');
    await scene.say('And you, @Thyme?');
    await scene.until(() => ended(scene).length === 2);
    expect(scene.server.calls).toHaveLength(3);
    expect(performance.now() - at).toBeGreaterThan(1_900);
    expect(ended(scene)).toEqual(['Now.', 'Now.']);
  });

  it.each([{ kind: 'whenAddressed' }, { kind: 'bid' }])(
    'where turns are bid for it bids again by itself: %j',
    async (engagement) => {
      const bidding = { floor: { strategy: { kind: 'bidding', bidWindowMs: 300 } } };
      const scene = await stage({ config: bidding });
      scene.server.speak = (body, response) => {
        scene.server.speak = says('At last.');
        refuses(500)(body, response);
      };
      await scene.bring({ service: 'house' }, { engagement });
      await scene.say('Well, @Sage?');
      await scene.until(() => ended(scene).length > 0);
      expect(ended(scene)[0]).toBe('At last.');
    },
  );

  it('is tried again less and less often', async () => {
    const scene = await stage();
    scene.server.speak = refuses(503);
    await scene.bring({ service: 'house' });
    const granted: string[] = [];
    scene.ann.on((event) => event.event === 'floor.granted' && granted.push(event.at));
    await scene.say('Well, @Sage?');
    await vi.waitFor(() => expect(scene.server.calls).toHaveLength(3), { timeout: 8_000 });
    // Ann's own, then one for each try.
    expect(granted).toHaveLength(4);
    const [, first, second, third] = granted.map((at) => Date.parse(at));
    expect(second! - first!).toBeGreaterThan(900);
    expect(third! - second!).toBeGreaterThan(1_900);
  });
});

describe('[AI-4] [IP-6] a call that fails in the middle', () => {
  it.each<[string, Behaviour, object]>([
    ['a stalled stream', begun(() => undefined), NOT_IN_TIME],
    ['an early close', begun((response) => void setImmediate(() => response.destroy())), BROKEN_OFF],
    ['an early end', begun((response) => void response.end()), BROKEN_OFF],
    ['a broken chunk', begun((response) => void response.end('data: {"cho\n\n')), BROKEN_OFF],
    [
      'an error in the stream',
      begun((response) => void response.end('data: {"error":{"message":"sk-secret","type":"x"}}\n\n')),
      BROKEN_OFF,
    ],
  ])('keeps what was said, and says nothing twice: %s', async (_, behaviour, problem) => {
    const scene = await stage({ config: HASTY });
    scene.server.speak = behaviour;
    await scene.bring({ service: 'house' });
    await scene.say('Well, @Sage?');
    await scene.until(() => ended(scene).length === 1);
    expect(ended(scene)).toEqual(['So far, so good. ']);
    await scene.until(({ view }) => view.floor.holders.length === 0 && Boolean(scene.problem));
    expect(scene.problem).toEqual(problem);
    // Past the first pause after a failure: nothing comes of it by itself.
    await scene.say('We others go on.');
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(scene.server.calls).toHaveLength(1);
    expect(ended(scene)).toHaveLength(1);
  });

  it('a stream that never ends is cut off at what the answer may have', async () => {
    const scene = await stage();
    scene.server.speak = endlessly('and so on '.repeat(10));
    await scene.bring({ service: 'house', maxOutputTokens: 100 });
    await scene.say('Well, @Sage?');
    await scene.until(() => Boolean(scene.problem) && ended(scene).length === 1);
    expect(scene.problem).toEqual(unreachable('The answer of the service is too large.'));
    expect(ended(scene)[0]!.length).toBeLessThanOrEqual(1_600);
    await scene.server.calls[0]!.closed;
    await scene.until(({ view }) => view.floor.holders.length === 0);
  });

  it('a stream that never says anything is ended by the room’s patience, with its connection', async () => {
    const scene = await stage({ config: HASTY });
    scene.server.speak = (_, response) => {
      begin(response);
      const beat = setInterval(() => response.write(': still here\n\n'), 50);
      response.once('close', () => clearInterval(beat));
    };
    await scene.bring({ service: 'house' });
    await scene.say('Well, @Sage?');
    await scene.server.calls[0]?.closed;
    await scene.until(() => scene.problem?.message === NOT_IN_TIME.message);
  });
});

describe('[AI-1] a key', () => {
  it('never follows a redirect', async () => {
    const other = await openModelServer();
    vi.stubEnv('HOUSE_KEY', 'sk-secret');
    const scene = await stage({ service: { apiKeyEnv: 'HOUSE_KEY' } });
    vi.unstubAllEnvs();
    scene.server.speak = (_, response) =>
      void response.writeHead(307, { location: `${other.baseURL}/chat/completions` }).end();
    await scene.bring({ service: 'house' });
    await scene.say('Well, @Sage?');
    await scene.until(() => Boolean(scene.problem));
    expect(other.calls).toEqual([]);
    await other.close();
  });
});
