import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '../host/clock.simulated.ts';
import { SystemClock } from '../host/clock.system.ts';
import { listener, never, scorerContract } from '../ports/scorer.contract.ts';
import { ScorerError } from '../ports/scorer.ts';
import { embedWith } from './embedding-provider.ts';
import type { Behaviour } from './embedding-server.fixture.ts';
import { EmbeddingServer } from './embedding-server.fixture.ts';
import { EmbeddingScorer } from './scorer.embedding.ts';

scorerContract('embedding', async () => {
  const server = await new EmbeddingServer().start();
  const scorer = new EmbeddingScorer(
    embedWith({ baseURL: server.baseURL, model: 'counting', apiKey: null }),
    new SystemClock(),
  );
  const dispose = async () => {
    scorer.stop();
    await server.stop();
  };
  return { scorer, dispose };
});

describe('relevance by embeddings', () => {
  let server: EmbeddingServer;
  let scorer: EmbeddingScorer;
  const clock = new SimulatedClock();
  beforeEach(async () => {
    server = await new EmbeddingServer().start();
    scorer = new EmbeddingScorer(
      embedWith({ baseURL: server.baseURL, model: 'counting', apiKey: 'k-1' }),
      clock,
    );
  });
  afterEach(async () => {
    scorer.stop();
    await server.stop();
  });

  const room = [listener('ann', ['green tea', 'law']), listener('bob', ['robots'])];
  const score = (text: string, listeners = room, signal = never()) =>
    scorer.score({ conversation: 'cnv_a', text }, listeners, signal);

  it('[RT-4] asks the operator’s model, with its key, and takes the nearest of what a listener cares for', async () => {
    const scores = await score('green tea');
    expect(scores.get('ann')).toBeCloseTo(1);
    expect(scores.get('bob')).toBe(0);
    expect(new Set(server.asked.map(({ model }) => model))).toEqual(new Set(['counting']));
    expect(new Set(server.authorizations)).toEqual(new Set(['Bearer k-1']));
  });

  it('[RT-4] learns what listeners care for once, however many share it and wait for it', async () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      listener(`p${index}`, ['tea', `own ${index % 200}`]),
    );
    await Promise.all([score('tea', many), score('coffee', many)]);
    await score('robots', many);
    expect(server.timesAsked('tea')).toBe(2);
    expect(server.timesAsked('own 7')).toBe(1);
    expect(Math.max(...server.asked.map(({ input }) => input.length))).toBeLessThanOrEqual(128);
    // 201 texts to learn, two batches of them, and three utterances.
    expect(server.asked).toHaveLength(5);
  });

  it('forgets the least used where there is no more room', async () => {
    const small = new EmbeddingScorer(
      embedWith({ baseURL: server.baseURL, model: 'm', apiKey: null }),
      clock,
      {
        numbersMax: 2 * 512,
      },
    );
    const about = (text: string, interest: string) =>
      small.score({ conversation: 'cnv_a', text }, [listener('ann', [interest])], never());
    for (const interest of ['one', 'two', 'one', 'three', 'one', 'two']) await about('anything', interest);
    expect([server.timesAsked('one'), server.timesAsked('two')]).toEqual([1, 2]);
  });

  it.each<[Behaviour, RegExp]>([
    ['error', /answered 500/],
    ['rateLimited', /answered 429/],
    ['garbage', /an embedding for each text/],
    ['tooFew', /an embedding for each text/],
    ['uneven', /different lengths/],
    ['elsewhere', /cannot be reached/],
  ])(
    '[RT-4] says what went wrong (%s), once, without the texts, and is well again later',
    async (behaviour, why) => {
      server.behaviour = behaviour;
      const failure = await score('green tea').then(() => null, String);
      expect(failure).toMatch(why);
      expect(failure).not.toMatch(/green|law|robots/);
      expect(server.timesAsked('green tea')).toBeLessThanOrEqual(2);
      server.behaviour = 'well';
      expect((await score('green tea')).get('ann')).toBeCloseTo(1);
    },
  );

  it('[RT-4] says that nobody is there', async () => {
    await server.stop();
    await expect(score('green tea')).rejects.toThrow(ScorerError);
    await expect(score('green tea')).rejects.toThrow(/cannot be reached/);
  });

  it('[RT-4] does not wait longer than it is given, and gives up itself later', async () => {
    server.behaviour = 'stalled';
    const calling = new AbortController();
    const asked = score('green tea', room, calling.signal);
    await expect.poll(() => server.asked.length).toBe(2);
    calling.abort(new Error('too slow'));
    await expect(asked).rejects.toThrow('too slow');
    server.behaviour = 'well';
    // The texts of the listeners are still being learnt: by then that is given up, and tried again.
    await Promise.all([expect(score('green tea')).rejects.toThrow(/10000 ms/), clock.advance(10_000)]);
    expect((await score('green tea')).get('ann')).toBeCloseTo(1);
  });

  it('[RT-4] a slow answer about the listeners serves the next utterance', async () => {
    const learnt: (() => void)[] = [];
    const embed = embedWith({ baseURL: server.baseURL, model: 'm', apiKey: null });
    const slow = new EmbeddingScorer(async (texts, signal) => {
      const vectors = await embed(texts, signal);
      if (texts.length > 1) await new Promise<void>((resolve) => learnt.push(resolve));
      return vectors;
    }, clock);
    const about = (signal: AbortSignal) => slow.score({ conversation: 'cnv_a', text: 'law' }, room, signal);
    const calling = new AbortController();
    const first = about(calling.signal);
    await expect.poll(() => learnt.length).toBe(1);
    calling.abort(new Error('too slow'));
    await expect(first).rejects.toThrow('too slow');
    learnt[0]!();
    expect((await about(never())).get('ann')).toBeCloseTo(1);
    expect(server.timesAsked('robots')).toBe(1);
  });

  it('learns anew where the model behind a name became another', async () => {
    const one = [listener('ann', ['tea'])];
    server.behaviour = 'uneven';
    expect((await score('tea', one)).size).toBe(1);
    server.behaviour = 'well';
    await expect(score('tea', one)).rejects.toThrow(/dimensions/);
    expect((await score('tea', one)).get('ann')).toBeCloseTo(1);
  });

  it('compares with so many texts and no more', async () => {
    const many = Array.from({ length: 2_049 }, (_, index) => listener(`p${index}`, [`i${index}`]));
    await expect(score('tea', many)).rejects.toThrow(/more than 2048 texts/);
    expect(server.asked).toEqual([]);
  });
});
