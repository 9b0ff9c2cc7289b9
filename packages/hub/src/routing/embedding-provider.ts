import { APICallError, embedMany, InvalidResponseDataError } from 'ai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { trustedFetch } from '../models/bounded-fetch.ts';
import { ServiceError } from '../models/service-error.ts';
import { ScorerError } from '../ports/scorer.ts';

export interface EmbeddingProvider {
  /** Of an OpenAI-compatible API, without `/embeddings`. Chosen by the operator, and trusted. */
  readonly baseURL: string;
  readonly model: string;
  /** Null where the service asks for none. */
  readonly apiKey: string | null;
}

export type Vector = readonly number[];
/** One vector for each text, in their order; a {@link ScorerError} says why there are none. */
export type Embed = (texts: readonly string[], signal: AbortSignal) => Promise<readonly Vector[]>;

/** Asks once: whoever waits for an audience is better served by everybody than by another attempt. */
export function embedWith({ baseURL, model: name, apiKey }: EmbeddingProvider): Embed {
  const provider = createOpenAICompatible({
    name: 'relevance',
    baseURL,
    fetch: trustedFetch,
    ...(apiKey === null ? {} : { apiKey }),
  });
  const model = provider.embeddingModel(name);
  return async (texts, signal) => {
    try {
      const { embeddings } = await embedMany({
        model,
        values: [...texts],
        maxRetries: 0,
        abortSignal: signal,
      });
      const length = embeddings[0]?.length ?? 0;
      if (embeddings.some((vector) => vector.length !== length)) {
        throw new ScorerError('the provider answered with vectors of different lengths');
      }
      return embeddings;
    } catch (error) {
      signal.throwIfAborted();
      throw reasonOf(error);
    }
  };
}

const NOT_EMBEDDINGS = 'the provider did not answer with an embedding for each text';

/** The SDK's own errors hold the texts that were sent, which no log may show. */
function reasonOf(error: unknown): ScorerError {
  if (error instanceof ScorerError) return error;
  // In words of the hub's own.
  if (error instanceof ServiceError) return new ScorerError(error.message);
  if (InvalidResponseDataError.isInstance(error)) return new ScorerError(NOT_EMBEDDINGS);
  if (!APICallError.isInstance(error)) {
    return new ScorerError(
      `asking the provider failed: ${error instanceof Error ? error.name : typeof error}`,
    );
  }
  const { statusCode } = error;
  if (statusCode === undefined) return new ScorerError('the provider cannot be reached');
  if (statusCode < 400) return new ScorerError(NOT_EMBEDDINGS);
  return new ScorerError(`the provider answered ${statusCode}`);
}
