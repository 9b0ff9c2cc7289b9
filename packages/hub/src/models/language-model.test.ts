import { generateText } from 'ai';
import { describe, expect, it, vi } from 'vitest';
import { modelAt } from './language-model.ts';

interface Sent {
  readonly url: string;
  readonly headers: Headers;
}

/** What goes out for one call; nothing comes back. */
async function sentBy(address: Omit<Parameters<typeof modelAt>[0], 'fetch'>): Promise<Sent> {
  const sent: Sent[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    sent.push({
      url: input instanceof Request ? input.url : input.toString(),
      headers: new Headers(init?.headers),
    });
    return new Response(null, { status: 503 });
  };
  const call = generateText({ model: modelAt({ ...address, fetch }), prompt: 'Hello.', maxRetries: 0 });
  await expect(call).rejects.toMatchObject({ statusCode: 503 });
  return sent[0]!;
}

describe('[AI-1] a provider', () => {
  it.each([
    ['openai', 'https://api.openai.com/v1/responses', 'authorization', 'Bearer k'],
    ['anthropic', 'https://api.anthropic.com/v1/messages', 'x-api-key', 'k'],
  ] as const)('%s is called at its own address with the key', async (provider, url, header, value) => {
    const sent = await sentBy({ provider, model: 'm', apiKey: 'k' });
    expect(sent.url).toBe(url);
    expect(sent.headers.get(header)).toBe(value);
  });

  it.each(['openai', 'anthropic', 'openai-compatible'] as const)(
    '%s is called where the operator says, never with a key that the environment happens to hold',
    async (provider) => {
      vi.stubEnv('OPENAI_API_KEY', 'sk-stray');
      vi.stubEnv('ANTHROPIC_API_KEY', 'sk-stray');
      try {
        const sent = await sentBy({
          provider,
          model: 'm',
          baseURL: 'https://models.example/v1',
          apiKey: null,
        });
        expect(new URL(sent.url).origin).toBe('https://models.example');
        expect(JSON.stringify([...sent.headers])).not.toContain('sk-stray');
      } finally {
        vi.unstubAllEnvs();
      }
    },
  );
});
