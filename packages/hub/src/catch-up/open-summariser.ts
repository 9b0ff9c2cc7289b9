import type { HubSettings } from '../operations/settings.ts';
import { SettingsError } from '../operations/settings.ts';
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
  const apiKey = apiKeyEnv === undefined ? undefined : environment[apiKeyEnv];
  if (apiKeyEnv !== undefined && !apiKey) {
    const expected = 'the name of an environment variable that is set';
    throw new SettingsError('summaries.model.apiKeyEnv', 'the environment', expected);
  }
  const { modelAt, ModelSummariser } = await import('./summariser.model.ts');
  return new ModelSummariser({ model: modelAt(baseURL, model, apiKey), timeoutMs, clock, fallback, told });
}
