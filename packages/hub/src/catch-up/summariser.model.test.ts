import { once } from 'node:events';
import { inspect } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { SimulatedClock } from '../host/clock.simulated.ts';
import { trustedFetch } from '../models/bounded-fetch.ts';
import { modelAt } from '../models/language-model.ts';
import { describeSummariser, materialWith, spokenLine } from '../ports/summariser.contract.ts';
import type { Summary, SummaryMaterial } from '../ports/summariser.ts';
import type { Behaviour, ModelServer } from './model.fixture.ts';
import { complete, openModelServer, says, sumUp } from './model.fixture.ts';
import { ExtractiveSummariser } from './summariser.extractive.ts';
import type { ModelOutcome } from './summariser.model.ts';
import { ModelSummariser } from './summariser.model.ts';

const open: ModelServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

interface Asked {
  readonly server: ModelServer;
  readonly clock: SimulatedClock;
  readonly outcomes: ModelOutcome[];
  readonly errors: Error[];
  readonly ask: (material?: SummaryMaterial, signal?: AbortSignal) => Promise<Summary | null>;
}

async function model(behave: Behaviour, apiKey: string | null = null): Promise<Asked> {
  const server = await openModelServer(behave);
  open.push(server);
  const clock = new SimulatedClock();
  const outcomes: ModelOutcome[] = [];
  const errors: Error[] = [];
  const summariser = new ModelSummariser({
    model: modelAt({
      ...{ provider: 'openai-compatible', model: 'small', fetch: trustedFetch },
      baseURL: server.baseURL,
      apiKey,
    }),
    timeoutMs: 5_000,
    clock,
    fallback: new ExtractiveSummariser(),
    told: (outcome, error) => {
      outcomes.push(outcome);
      if (error) errors.push(error);
    },
  });
  const ask: Asked['ask'] = (material = talk, signal = new AbortController().signal) =>
    summariser.summarise(material, signal);
  return { server, clock, outcomes, errors, ask };
}

const talk = materialWith({
  decisions: [{ seq: 20, text: 'Two lanes.', by: 'p2' }],
  utterances: [spokenLine(15), spokenLine(21, { participant: 'p2', addressedTo: ['me'], text: 'Fine, Cy?' })],
});
const without = (await new ExtractiveSummariser().summarise(talk))!;

describeSummariser('a model that does as it is told', async () => {
  const { server, ask } = await model(sumUp);
  return { summariser: { summarise: ask }, close: () => server.close().then(() => void open.splice(0)) };
});

describeSummariser('a model that fails', async () => {
  const { server, ask } = await model((_, response) => response.writeHead(500).end());
  return { summariser: { summarise: ask }, close: () => server.close().then(() => void open.splice(0)) };
});

test('[CU-2] a model is given the entries with their seqs and who reads, and its lines are the summary', async () => {
  const { server, outcomes, ask } = await model(
    says('1. Two lanes it is [#20, #15].\n2. Bob asks Cy. [#21]'),
    'k3y',
  );
  expect(await ask()).toEqual({
    text: 'Two lanes it is [#20] [#15].\nBob asks Cy. [#21]',
    upTo: talk.upTo,
    cites: [15, 20, 21],
  });
  expect(outcomes).toEqual(['ok']);
  const [{ body, authorization }] = server.requests as [ModelServer['requests'][0]];
  expect([body.model, authorization]).toEqual(['small', 'Bearer k3y']);
  expect(body.messages.at(-1)!.content).toBe(
    [
      'The reader is Cy.',
      '<entries>',
      '[#15] Ann: Point 15.',
      '[#20] Bob decided: Two lanes.',
      '[#21] Bob to Cy: Fine, Cy?',
      '</entries>',
    ].join('\n'),
  );
});

test('[CU-2] lines of a model that rest on nothing, or on what it was not given, are left out', async () => {
  const { ask, outcomes } = await model(
    says('All is well.\nSomething else [#99]\nBoth [#15] [#99]\nTwo lanes [#20]'),
  );
  expect(await ask()).toMatchObject({ text: 'Two lanes [#20]', cites: [20] });
  expect(outcomes).toEqual(['ok']);
});

test.each<[string, ModelOutcome, Behaviour]>([
  ['answers 500', 'failed', (_, response) => response.writeHead(500).end('{"error":{"message":"no"}}')],
  ['answers 429', 'failed', (_, response) => response.writeHead(429, { 'retry-after': '60' }).end()],
  ['answers something that is no JSON', 'failed', (_, response) => response.end('<html>')],
  ['answers JSON of another kind', 'failed', (_, response) => response.end('{"choices":[]}')],
  ['closes the connection', 'failed', (_, response) => response.destroy()],
  ['says nothing', 'unusable', says('')],
  ['cites nothing that it was given', 'unusable', says('Lanes are decided. [#1]\nMore is said. [12]')],
])(
  '[CU-2] where the model %s, the summary is made without it, and it is asked once',
  async (_, outcome, behave) => {
    const { ask, outcomes, server } = await model(behave);
    expect(await ask()).toEqual(without);
    expect([outcomes, server.requests.length]).toEqual([[outcome], 1]);
  },
);

test.each([
  ['never answers', () => undefined],
  [
    'stops in the middle',
    (_: unknown, response: Parameters<Behaviour>[1]) => response.writeHead(200).write('{"id'),
  ],
] as [string, Behaviour][])(
  '[CU-2] where the model %s, the summary is made without it after its time',
  async (_, stall) => {
    const reached = Promise.withResolvers<Parameters<Behaviour>[1]>();
    const { ask, clock, outcomes } = await model((request, response) => {
      stall(request, response);
      reached.resolve(response);
    });
    const answer = ask();
    const response = await reached.promise;
    const gone = once(response, 'close');
    await clock.advance(4_999);
    expect(outcomes).toEqual([]);
    await clock.advance(1);
    expect(await answer).toEqual(without);
    expect(outcomes).toEqual(['slow']);
    await gone;
    expect(clock.armed).toBe(0);
  },
);

test('what is told of a failed call holds nothing of what was sent, answered or is secret', async () => {
  const { server, clock, errors, ask } = await model(
    (_, response) => response.writeHead(500).end('your key is k3y'),
    'k3y',
  );
  expect(await ask()).toEqual(without);
  await clock.advance(1_000);
  server.behave = (_, response) => response.end('{"choices": "Two lanes."}');
  expect(await ask()).toEqual(without);
  expect(errors.map(({ message }) => message)).toEqual([
    'The service answers 500.',
    'The answer of the service broke off, or cannot be understood.',
  ]);
  const logged = inspect(errors, { depth: null, showHidden: true });
  for (const secret of ['k3y', 'Two lanes', 'Fine, Cy']) expect(logged).not.toContain(secret);
});

test('a service that sends the call elsewhere is not followed', async () => {
  const elsewhere = await model(sumUp);
  const { server, outcomes, ask } = await model(
    (_, response) =>
      response.writeHead(307, { location: `${elsewhere.server.baseURL}/chat/completions` }).end(),
    'k3y',
  );
  expect(await ask()).toEqual(without);
  expect(outcomes).toEqual(['failed']);
  expect(server.requests).toHaveLength(1);
  expect(elsewhere.server.requests).toHaveLength(0);
});

test('an answer without an end is cut off', async () => {
  const { outcomes, ask } = await model((_, response) => {
    const piece = ' '.repeat(1024 * 1024);
    const more = (): void => {
      while (!response.destroyed && response.write(piece));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  expect(await ask()).toEqual(without);
  expect(outcomes).toEqual(['failed']);
});

test('[CU-2] a hub that stops does not wait for the model', async () => {
  const reached = Promise.withResolvers<void>();
  const { ask, clock, outcomes } = await model(() => reached.resolve());
  const stopping = new AbortController();
  const answer = ask(talk, stopping.signal);
  await reached.promise;
  stopping.abort();
  expect(await answer).toEqual(without);
  expect(outcomes).toEqual([]);
  expect(clock.armed).toBe(0);
});

test('[CU-2] a model that fails is left alone for longer and longer, and nobody waits for it meanwhile', async () => {
  const { ask, clock, outcomes, server } = await model((_, response) => response.writeHead(500).end());
  expect(await ask()).toEqual(without);
  expect(await ask()).toEqual(without);
  await clock.advance(1_000);
  expect(await ask()).toEqual(without);
  await clock.advance(1_999);
  expect(await ask()).toEqual(without);
  expect(outcomes).toEqual(['failed', 'busy', 'failed', 'busy']);
  server.behave = sumUp;
  await clock.advance(1);
  expect((await ask())?.text).toContain('Two lanes.');
  server.behave = (_, response) => response.writeHead(429, { 'retry-after': '60' }).end();
  expect(await ask()).toEqual(without);
  await clock.advance(59_999);
  expect(await ask()).toEqual(without);
  expect(outcomes.slice(4)).toEqual(['ok', 'failed', 'busy']);
  expect(server.requests).toHaveLength(4);
});

test('[CU-2] four calls at once, and whoever comes then does not wait', async () => {
  const responses: Parameters<Behaviour>[1][] = [];
  const four = Promise.withResolvers<void>();
  const { ask, outcomes } = await model((_, response) => {
    if (responses.push(response) === 4) four.resolve();
  });
  const answers = Array.from({ length: 4 }, () => ask());
  await four.promise;
  expect(await ask()).toEqual(without);
  expect(outcomes).toEqual(['busy']);
  for (const response of responses) complete(response, 'Two lanes [#20]');
  expect((await Promise.all(answers)).map((summary) => summary?.text)).toEqual(
    Array(4).fill('Two lanes [#20]'),
  );
});
