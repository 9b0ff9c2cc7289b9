import { keyFrom } from '../models/key.ts';
import type { HubSettings } from '../operations/settings.ts';
import type { Clock } from '../ports/clock.ts';
import type { Summariser } from '../ports/summariser.ts';
import { ExtractiveSummariser } from './summariser.extractive.ts';
import type { ModelSummariserOptions } from './summariser.model.ts';

export interface SummariserSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly told: ModelSummariserOptions['told'];
}

/**
 * The summariser that the settings ask for. The model SDK is only loaded where there is a model.
 * @throws SettingsError where the environment lacks the key that they name.
 */
export async function openSummariser(
  { timeoutMs, model: { baseURL, model, apiKeyEnv } }: HubSettings['summaries'],
  { environment, clock, told }: SummariserSurroundings,
): Promise<Summariser> {
  const fallback = new ExtractiveSummariser();
  if (baseURL === undefined || model === undefined) return fallback;
  const apiKey = keyFrom(environment, apiKeyEnv, 'summaries.model.apiKeyEnv');
  const [{ modelAt }, { trustedFetch }, { ModelSummariser }] = await Promise.all([
    import('../models/language-model.ts'),
    import('../models/bounded-fetch.ts'),
    import('./summariser.model.ts'),
  ]);
  const address = { provider: 'openai-compatible', baseURL, model, apiKey, fetch: trustedFetch } as const;
  return new ModelSummariser({ model: modelAt(address), timeoutMs, clock, fallback, told });
}
