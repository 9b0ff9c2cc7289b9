import { afterEach, expect, it } from 'vitest';
import { SystemClock } from '../../host/clock.system.ts';
import { trustedFetch } from '../../models/bounded-fetch.ts';
import { modelAt } from '../../models/language-model.ts';
import { ServiceError } from '../../models/service-error.ts';
import { answered, streamed } from './model-call.ts';
import type { Call } from './model-call.ts';
import type { Behaviour, ModelServer } from './model-server.fixture.ts';
import { begin, delta, openModelServer, refuses, says, writes } from './model-server.fixture.ts';
import type { Usage } from './spending.ts';

let server: ModelServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

/** Far longer than an answer takes here: only what never comes is late. */
const LATE_MS = 1_500;
const PATIENCE = { firstMs: LATE_MS, nextMs: LATE_MS };
const NOTHING = { input: 0, output: 0 };

/** What a call is said to have taken, and how it ended. */
async function spentBy(behaviour: Behaviour, ask: (call: Call) => Promise<unknown>) {
  server = await openModelServer();
  server.speak = behaviour;
  server.answer = behaviour;
  const used: Usage[] = [];
  const model = modelAt({
    ...{ provider: 'openai-compatible', model: 'm', apiKey: null, fetch: trustedFetch },
    baseURL: server.baseURL,
  });
  const failure = await ask({
    model,
    prompt: {
      instructions: 'Be brief.',
      messages: [{ role: 'user', content: 'Well?' }],
      tokens: 12,
      leftOut: 0,
    },
    maxOutputTokens: 50,
    clock: new SystemClock(),
    signal: new AbortController().signal,
    used: (usage) => used.push(usage),
  }).then(
    () => null,
    (error: unknown) => error,
  );
  expect(used).toHaveLength(1);
  return { used: used[0]!, failure };
}

async function read(call: Call): Promise<void> {
  for await (const piece of streamed(call, PATIENCE)) expect(piece).not.toBe('');
}

const brokenOff: Behaviour = (_, response) => {
  begin(response);
  delta(response, 'So far, so good.');
  setTimeout(() => response.destroy(), 20);
};

it.each<[string, Behaviour]>([
  ['429', refuses(429, { 'retry-after': '2' })],
  ['a wrong key', refuses(401)],
  ['no such model', refuses(404)],
  ['a prompt that is too long', refuses(413)],
  ['a redirect', refuses(307, { location: 'https://elsewhere.example/' })],
])('[AI-3] a call that the service refuses costs nothing: %s', async (_, behaviour) => {
  for (const ask of [read, (call: Call) => answered(call, LATE_MS)]) {
    const { used, failure } = await spentBy(behaviour, ask);
    expect(failure).toBeInstanceOf(ServiceError);
    expect(used).toEqual(NOTHING);
    await server!.close();
  }
  server = null;
});

it('[AI-3] a call that nobody is there for costs nothing', async () => {
  for (const ask of [read, (call: Call) => answered(call, LATE_MS)]) {
    const { used, failure } = await spentBy(says('Fine.'), async (call) => {
      await server!.close();
      await ask(call);
    });
    expect(failure).toMatchObject({ problem: { message: 'The service cannot be reached.' } });
    expect(used).toEqual(NOTHING);
  }
  server = null;
});

it.each<[string, Behaviour]>([
  ['500', refuses(500)],
  ['503', refuses(503)],
  ['a connection that is closed', (_, response) => void response.destroy()],
  ['an answer that comes too late', () => undefined],
  ['what is no answer', (_, response) => void response.writeHead(200).end('<h1>Hello</h1>')],
])(
  '[AI-3] a call that may have been charged counts as the most that it can have cost: %s',
  async (_, behaviour) => {
    for (const ask of [read, (call: Call) => answered(call, LATE_MS)]) {
      const { used, failure } = await spentBy(behaviour, ask);
      expect(failure).toBeInstanceOf(ServiceError);
      expect(used).toEqual({ input: 12, output: 50 });
      await server!.close();
    }
    server = null;
  },
);

it('[AI-3] of an answer that breaks off counts what came of it', async () => {
  const { used, failure } = await spentBy(brokenOff, read);
  expect(failure).toBeInstanceOf(ServiceError);
  expect(used).toEqual({ input: 12, output: 6 });
});

it('[AI-3] an answer of which the service does not say what it took is counted by an estimate', async () => {
  const uncounted: Behaviour = (body, response) => {
    const { end } = response;
    response.end = ((text: string) =>
      end.call(response, text.replace(/,"usage":\{[^}]*\}/, ''), 'utf8')) as typeof response.end;
    writes('{"urgency":0}')(body, response);
  };
  const { used, failure } = await spentBy(uncounted, (call) => answered(call, LATE_MS));
  expect(failure).toBeNull();
  expect(used).toEqual({ input: 12, output: 5 });
});

it('[AI-3] what the service counted is what is counted', async () => {
  const { used, failure } = await spentBy(says('Fine.'), read);
  expect(failure).toBeNull();
  expect(used.output).toBeGreaterThan(0);
});
