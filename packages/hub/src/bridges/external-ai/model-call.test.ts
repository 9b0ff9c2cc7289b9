import { afterEach, expect, it } from 'vitest';
import { SystemClock } from '../../host/clock.system.ts';
import { trustedFetch } from '../../models/bounded-fetch.ts';
import { modelAt } from '../../models/language-model.ts';
import { ServiceError } from '../../models/service-error.ts';
import { answered, streamed } from './model-call.ts';
import type { Call } from './model-call.ts';
import type { Behaviour, ModelServer } from './model-server.fixture.ts';
import { begin, delta, openModelServer, refuses, says } from './model-server.fixture.ts';
import type { Usage } from './spending.ts';

let server: ModelServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const PATIENCE = { firstMs: 300, nextMs: 300 };
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
  ['500', refuses(500)],
  ['a connection that is closed', (_, response) => void response.destroy()],
])('[AI-3] a call that the service refuses costs nothing: %s', async (_, behaviour) => {
  for (const ask of [read, (call: Call) => answered(call, 300)]) {
    const { used, failure } = await spentBy(behaviour, ask);
    expect(failure).toBeInstanceOf(ServiceError);
    expect(used).toEqual(NOTHING);
    await server!.close();
  }
  server = null;
});

it.each<[string, Behaviour]>([
  ['breaks off', brokenOff],
  ['comes too late', () => undefined],
])('[AI-3] a call whose answer %s is counted by an estimate', async (_, behaviour) => {
  const { used, failure } = await spentBy(behaviour, read);
  expect(failure).toBeInstanceOf(ServiceError);
  expect(used.input).toBe(12);
});

it('[AI-3] what the service counted is what is counted', async () => {
  const { used, failure } = await spentBy(says('Fine.'), read);
  expect(failure).toBeNull();
  expect(used.output).toBeGreaterThan(0);
});
