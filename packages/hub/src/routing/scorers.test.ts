import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../host/clock.simulated.ts';
import { settingsOf } from '../operations/settings.ts';
import { HeldScorer } from './gatherer.fixture.ts';
import { EmbeddingScorer } from './scorer.embedding.ts';
import { LexicalScorer } from './scorer.lexical.ts';
import { scorersOf } from './scorers.ts';

const PROVIDER = { baseURL: 'http://127.0.0.1:1/v1', model: 'm' };

const open = (embedding: object, environment = {}, given = {}) =>
  scorersOf(settingsOf({ relevance: { embedding } }).relevance, {
    clock: new SimulatedClock(),
    environment,
    given,
  });

describe('the scorers of a hub', () => {
  it('are the lexical one, and the embedding one where a provider is configured', () => {
    expect([...open({}).keys()]).toEqual(['lexical']);
    const scorers = open(PROVIDER);
    expect(scorers.get('lexical')).toBeInstanceOf(LexicalScorer);
    expect(scorers.get('embedding')).toBeInstanceOf(EmbeddingScorer);
  });

  it('need the key that the settings name', () => {
    const wanting = { ...PROVIDER, apiKeyEnv: 'EMBEDDING_KEY' };
    expect(() => open(wanting)).toThrow(/relevance\.embedding\.apiKeyEnv.*a value in EMBEDDING_KEY/);
    expect(() => open(wanting, { EMBEDDING_KEY: '' })).toThrow(/apiKeyEnv/);
    expect(open(wanting, { EMBEDDING_KEY: 'k' }).has('embedding')).toBe(true);
  });

  it('can be more, under names that are registered', () => {
    const own = new HeldScorer();
    expect(open({}, {}, { embedding: own }).get('embedding')).toBe(own);
    expect(() => open({}, {}, { telepathic: own })).toThrow(/telepathic/);
  });
});
