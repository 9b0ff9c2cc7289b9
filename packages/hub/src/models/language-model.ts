import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModel } from 'ai';
import type { ServiceProvider } from '../operations/participant-settings.ts';
import type { Fetch } from './bounded-fetch.ts';

export interface ModelAddress {
  readonly provider: ServiceProvider;
  readonly baseURL?: string;
  readonly model: string;
  /** Null where the service asks for none: never one that the environment happens to hold. */
  readonly apiKey: string | null;
  readonly fetch: Fetch;
}

/** A model as the SDK calls it. The key goes into this and nowhere else. */
export function modelAt({ provider, baseURL, model, apiKey, fetch }: ModelAddress): LanguageModel {
  const at = { fetch, ...(baseURL === undefined ? {} : { baseURL }) };
  switch (provider) {
    case 'openai':
      return createOpenAI({ ...at, apiKey: apiKey ?? '' })(model);
    case 'anthropic':
      return createAnthropic({ ...at, apiKey: apiKey ?? '' })(model);
    case 'openai-compatible':
      return createOpenAICompatible({
        name: 'service',
        fetch,
        baseURL: baseURL ?? '',
        // Without it, a streamed answer does not say what it took.
        includeUsage: true,
        ...(apiKey === null ? {} : { apiKey }),
      })(model);
  }
}
