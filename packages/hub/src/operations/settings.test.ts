import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flagOf, loadSettings, SettingsError, settingsOf, variableOf } from './settings.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-settings-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const fileWith = async (text: string): Promise<string> => {
  const file = join(directory, `${Math.abs(hash(text))}.json`);
  await writeFile(file, text);
  return file;
};
const hash = (text: string): number =>
  [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);

describe('where settings come from', () => {
  it('has a default for all that is not optional', () => {
    expect(settingsOf()).toMatchObject({
      host: '127.0.0.1',
      port: 8787,
      data: './data',
      log: 'sqlite',
      open: false,
      allowedOrigins: [],
      heartbeatMs: 15_000,
      relevance: { timeoutMs: 500, embedding: {} },
      limits: {
        commandsPerSecond: 500,
        commandsBurst: 1_000,
        joinsPerSecond: 100,
        connectionsPerPrincipal: 20,
      },
    });
  });

  it('[CN-3] has a lease of half a minute for whoever polls, and of two for whoever thinks in between', () => {
    expect(settingsOf()).toMatchObject({ pollLeaseMs: 30_000, callLeaseMs: 120_000 });
  });

  it('takes flags before the environment, that before the file, that before the default', async () => {
    const file = await fileWith(
      '{"port": 1, "data": "file", "host": "127.0.0.3", "limits": {"joinsPerSecond": 5}}',
    );
    const settings = await loadSettings({
      flags: { port: '3' },
      environment: { PARLEY_PORT: '2', PARLEY_DATA: 'env', PARLEY_LIMITS_COMMANDS_BURST: '9' },
      file,
    });
    expect(settings).toMatchObject({ port: 3, data: 'env', host: '127.0.0.3' });
    expect(settings.limits).toMatchObject({ joinsPerSecond: 5, commandsBurst: 9, commandsPerSecond: 500 });
  });

  it('reads lists and switches from texts, and the file named by the environment', async () => {
    const file = await fileWith('{"port": 4}');
    const settings = await loadSettings({
      environment: {
        PARLEY_CONFIG: file,
        PARLEY_OPEN: 'true',
        PARLEY_ALLOWED_ORIGINS: 'https://a.example, http://b.example:81',
      },
    });
    expect(settings).toMatchObject({
      port: 4,
      open: true,
      allowedOrigins: ['https://a.example', 'http://b.example:81'],
    });
  });

  it('names flags and variables after the key', () => {
    expect(variableOf('limits.joinsPerSecond')).toBe('PARLEY_LIMITS_JOINS_PER_SECOND');
    expect(flagOf('operatorToken')).toBe('--operator-token');
  });
});

describe('what is refused, with the exact key, source and expectation', () => {
  const problem = async (sources: Parameters<typeof loadSettings>[0]) => {
    const error = await loadSettings(sources).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(SettingsError);
    const { path, source, expected } = error as SettingsError;
    return { path, source, expected };
  };

  it.each([
    [{ flags: { port: 'http' } }, 'port', '--port', 'a whole number from 0 to 65535'],
    [{ flags: { port: '70000' } }, 'port', '--port', 'a whole number from 0 to 65535'],
    [{ environment: { PARLEY_LOG: 'paper' } }, 'log', 'PARLEY_LOG', 'one of sqlite, memory'],
    [{ environment: { PARLEY_OPEN: 'maybe' } }, 'open', 'PARLEY_OPEN', 'true or false'],
    [
      { flags: { 'limits.joinsPerSecond': '0' } },
      'limits.joinsPerSecond',
      '--limits.joins-per-second',
      'a whole number from 1 to 1000000',
    ],
    [
      { flags: { operatorToken: 'a b' } },
      'operatorToken',
      '--operator-token',
      'printable ASCII characters without spaces',
    ],
    [
      { environment: { PARLEY_ALLOWED_ORIGINS: 'https://a.example,b' } },
      'allowedOrigins.1',
      'PARLEY_ALLOWED_ORIGINS',
      'an origin such as https://example.org',
    ],
    [
      { flags: { publicUrl: 'ftp://x' } },
      'publicUrl',
      '--public-url',
      'an address that begins with http:// or https://',
    ],
    [
      { environment: { PARLEY_RELEVANCE_EMBEDDING_MODEL: 'm' } },
      'relevance.embedding.baseURL',
      'the default',
      'an address that begins with http:// or https://',
    ],
    [
      { flags: { 'relevance.embedding.baseURL': 'http://127.0.0.1:1/v1' } },
      'relevance.embedding.model',
      'the default',
      'the name of a model',
    ],
    [
      { flags: { 'summaries.model.baseURL': 'localhost:11434' } },
      'summaries.model.baseURL',
      '--summaries.model.base-url',
      'an address that begins with http:// or https://',
    ],
    [
      { environment: { PARLEY_SUMMARIES_MODEL_BASE_URL: 'http://127.0.0.1:11434/v1' } },
      'summaries.model.model',
      'the default',
      'the name of a model',
    ],
    [
      { flags: { 'relevance.timeoutMs': '0' } },
      'relevance.timeoutMs',
      '--relevance.timeout-ms',
      'a whole number from 1 to 60000',
    ],
    [
      { flags: { 'summaries.model.model': 'small' } },
      'summaries.model.baseURL',
      'the default',
      'an address that begins with http:// or https://',
    ],
  ])('%j', async (sources, path, source, expected) => {
    expect(await problem(sources)).toEqual({ path, source, expected });
  });

  it.each(['10.0.0.5', 'hooks.internal:0', 'http://10.0.0.5:80', '0x7f.1:80', '10.0.0.5:70000'])(
    'an address that is no host and port: %s',
    async (entry) => {
      const environment = { PARLEY_EGRESS_ALLOW: `ok.internal:8443,[::1]:80,${entry}` };
      expect(await problem({ environment })).toEqual({
        path: 'egress.allow.2',
        source: 'PARLEY_EGRESS_ALLOW',
        expected: 'a host and a port such as 10.0.0.5:8443',
      });
    },
  );

  it('a key of the file that does not exist, however deep, and a file that is no JSON', async () => {
    const deep = await fileWith('{"limits": {"jions": 1}}');
    expect(await problem({ file: deep })).toMatchObject({ path: 'limits.jions', source: deep });
    const proto = await fileWith('{"__proto__": {"open": true}}');
    expect(await problem({ file: proto })).toMatchObject({ path: '__proto__' });
    const broken = await fileWith('{"port": ');
    expect(await problem({ file: broken })).toMatchObject({ path: 'config', source: broken });
    const list = await fileWith('[]');
    expect(await problem({ file: list })).toMatchObject({ expected: 'an object' });
    expect(await problem({ file: join(directory, 'missing.json') })).toMatchObject({ path: 'config' });
  });

  it('--open on an address that others can reach', async () => {
    for (const host of ['0.0.0.0', '192.168.1.5', 'example.org', '127.0.0.1.evil.example']) {
      expect(await problem({ flags: { open: true, host } })).toMatchObject({
        path: 'open',
        source: '--open',
      });
    }
    for (const host of ['127.0.0.1', '::1', 'localhost'])
      expect(settingsOf({ open: true, host }).open).toBe(true);
  });
});

describe('services and agents', () => {
  const house = { baseURL: 'http://127.0.0.1:11434/v1', model: 'small' };

  it('[AI-1] are tables by name, with defaults for what is left out', async () => {
    const [scribe, clerk] = [join(directory, 'scribe.ts'), join(directory, 'clerk.mjs')];
    await Promise.all([writeFile(scribe, ''), writeFile(clerk, '')]);
    const file = await fileWith(
      JSON.stringify({ services: { house }, agents: { scribe: { module: scribe, turnMs: 5_000 } } }),
    );
    const settings = await loadSettings({ file, agents: [clerk] });
    expect(settings.services).toEqual({
      house: {
        provider: 'openai-compatible',
        ...house,
        contextTokens: 16_000,
        maxOutputTokens: 1_000,
        rateLimits: {},
        prices: { currency: 'USD' },
      },
    });
    expect(settings.agents).toEqual({
      scribe: { module: scribe, memoryMb: 256, turnMs: 5_000 },
      clerk: { module: clerk, memoryMb: 256, turnMs: 120_000 },
    });
  });

  it('[AI-1] a key that is missing in the file is a mistake of the file', async () => {
    const file = await fileWith(JSON.stringify({ services: { house: { baseURL: house.baseURL } } }));
    await expect(loadSettings({ file })).rejects.toMatchObject({
      path: 'services.house.model',
      source: file,
    });
  });

  it('[LA-1] a module that is not there is named, with where it was looked for', async () => {
    const gone = join(directory, 'gone.ts');
    await expect(loadSettings({ agents: [gone] })).rejects.toMatchObject({
      path: 'agents.gone.module',
      source: '--agent',
      expected: expect.stringContaining(gone),
    });
    const file = await fileWith(JSON.stringify({ agents: { clerk: { module: gone } } }));
    await expect(loadSettings({ file })).rejects.toMatchObject({ path: 'agents.clerk.module', source: file });
  });

  it.each([
    ['services.house.model', { services: { house: { baseURL: house.baseURL } } }],
    ['services.house.baseURL', { services: { house: { model: 'small' } } }],
    ['services.house.provider', { services: { house: { ...house, provider: 'oracle' } } }],
    ['services.house.apiKey', { services: { house: { ...house, apiKey: 'sk-secret' } } }],
    ['services.house.maxOutputTokens', { services: { house: { ...house, maxOutputTokens: 16_000 } } }],
    ['services.house.prices', { services: { house: { ...house, prices: { inputPerMillion: 1 } } } }],
    ['services.my house', { services: { 'my house': house } }],
    ['agents.clerk.module', { agents: { clerk: { turnMs: 5_000 } } }],
    ['agents.clerk.memoryMb', { agents: { clerk: { module: 'a.ts', memoryMb: 1 } } }],
  ])('[AI-1] [LA-1] %s has to be right', (wrongPath, values) => {
    expect(() => settingsOf(values)).toThrow(expect.objectContaining({ path: wrongPath }));
  });

  it('[AI-1] a provider’s own address need not be given', () => {
    const settings = settingsOf({ services: { claude: { provider: 'anthropic', model: 'm' } } });
    expect(settings.services['claude']!.baseURL).toBeUndefined();
  });
});
