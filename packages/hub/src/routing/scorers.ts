import { relevanceScorers } from '@parley/core';
import { keyFrom } from '../models/key.ts';
import type { HubSettings } from '../operations/settings.ts';
import type { Clock } from '../ports/clock.ts';
import type { Scorer } from '../ports/scorer.ts';
import { embedWith } from './embedding-provider.ts';
import { EmbeddingScorer } from './scorer.embedding.ts';
import { LexicalScorer } from './scorer.lexical.ts';

export interface ScorerSources {
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What a host application adds, or puts in a built-in one's place. */
  readonly given: Readonly<Record<string, Scorer>>;
}

/**
 * The scorers that this hub has, by name: the lexical one always, the embedding one where its provider is
 * configured.
 * @throws SettingsError where the variable that is to hold the provider's key is empty.
 */
export function scorersOf(
  { embedding }: HubSettings['relevance'],
  { clock, environment, given }: ScorerSources,
): ReadonlyMap<string, Scorer> {
  const scorers = new Map<string, Scorer>([['lexical', new LexicalScorer()]]);
  const { baseURL, model, apiKeyEnv } = embedding;
  if (baseURL !== undefined && model !== undefined) {
    const apiKey = keyFrom(environment, apiKeyEnv, 'relevance.embedding.apiKeyEnv');
    const embed = embedWith({ baseURL, model, apiKey });
    scorers.set('embedding', new EmbeddingScorer(embed, clock));
  }
  for (const [name, scorer] of Object.entries(given)) {
    relevanceScorers.require(name);
    scorers.set(name, scorer);
  }
  return scorers;
}
