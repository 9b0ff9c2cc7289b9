import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import type { Millis, SettingsSpec } from '@parley/core';

/** Which wire a model service speaks. */
export type ServiceProvider = 'openai-compatible' | 'openai' | 'anthropic';

/** At most so much at a time; what is left out is not limited. */
export interface RateLimitSettings {
  readonly requestsPerMinute?: number;
  /** Of prompts and answers together. */
  readonly tokensPerMinute?: number;
  readonly maxConcurrent?: number;
}

/** A model service that the operator offers to moderators (AI-1). */
export interface ServiceSettings {
  readonly provider: ServiceProvider;
  readonly baseURL?: string;
  readonly model: string;
  readonly apiKeyEnv?: string;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  readonly rateLimits: RateLimitSettings;
  readonly prices: {
    readonly inputPerMillion?: number;
    readonly outputPerMillion?: number;
    readonly currency: string;
  };
}

/** A module whose agents run in threads of their own (LA-1). */
export interface LocalAgentSettings {
  readonly module: string;
  readonly memoryMb: number;
  readonly turnMs: Millis;
}

/** Names that moderators write in `bridge.add`. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const AMOUNT_MAX = 1_000_000_000;

const limit = (description: string, max = AMOUNT_MAX) =>
  ({ type: 'integer', description, min: 1, max, optional: true }) as const;
const price = (description: string) =>
  ({ type: 'number', description, min: 0, max: 1_000_000, optional: true }) as const;

/** `services` and `agents`: tables, so they come from the file only. */
export const PARTICIPANT_SETTINGS = {
  services: {
    type: 'table',
    description: 'Model services that moderators may bring in, by name.',
    maxEntries: 100,
    of: {
      type: 'group',
      description: 'One service.',
      settings: {
        provider: {
          type: 'choice',
          description: 'Which protocol it speaks.',
          choices: ['openai-compatible', 'openai', 'anthropic'],
          default: 'openai-compatible',
        },
        baseURL: {
          type: 'text',
          description: 'Where it is; the provider’s own address where left out.',
          optional: true,
          maxLength: 2_048,
        },
        model: { type: 'text', description: 'The model’s name there.', maxLength: 200 },
        apiKeyEnv: {
          type: 'text',
          description: 'Name of the environment variable that holds the key; the key itself is kept nowhere.',
          optional: true,
          maxLength: 200,
        },
        contextTokens: {
          type: 'integer',
          description: 'Longest prompt and answer together.',
          default: 16_000,
          min: 512,
          max: 10_000_000,
        },
        maxOutputTokens: {
          type: 'integer',
          description: 'Longest answer.',
          default: 1_000,
          min: 1,
          max: 1_000_000,
        },
        rateLimits: {
          type: 'group',
          description: 'What the service allows, for all conversations of this hub together.',
          settings: {
            requestsPerMinute: limit('Calls in a minute.'),
            tokensPerMinute: limit('Tokens in a minute, of prompts and answers together.'),
            maxConcurrent: limit('Calls at the same time.', 1_000),
          },
        },
        prices: {
          type: 'group',
          description: 'For budgets and metrics of cost.',
          settings: {
            inputPerMillion: price('Of a million tokens of prompts.'),
            outputPerMillion: price('Of a million tokens of answers.'),
            currency: { type: 'text', description: 'Of the prices.', default: 'USD', maxLength: 16 },
          },
        },
      },
    },
  },
  agents: {
    type: 'table',
    description: 'Agents that moderators may bring in, each in a thread of its own, by name.',
    maxEntries: 100,
    of: {
      type: 'group',
      description: 'One agent.',
      settings: {
        module: {
          type: 'text',
          description: 'File whose default export is the agent, or makes it.',
          maxLength: 4_096,
        },
        memoryMb: {
          type: 'integer',
          description: 'Most memory that it may fill with objects.',
          default: 256,
          min: 16,
          max: 65_536,
        },
        turnMs: {
          type: 'integer',
          description: 'Longest time for one turn.',
          unit: 'ms',
          default: 120_000,
          min: 100,
          max: 3_600_000,
        },
      },
    },
  },
} as const satisfies SettingsSpec;

interface Tables {
  readonly services: Readonly<Record<string, ServiceSettings>>;
  readonly agents: Readonly<Record<string, LocalAgentSettings>>;
}

/** What a description cannot say of them: `wrong` is told the path and what was expected there. */
export function checkParticipants(
  { services, agents }: Tables,
  isHttpAddress: (text: string) => boolean,
  wrong: (path: string, expected: string) => Error,
): void {
  for (const [table, names] of Object.entries({ services, agents })) {
    for (const name of Object.keys(names)) {
      if (!NAME.test(name)) throw wrong(`${table}.${name}`, 'a name of letters, digits, _ and -');
    }
  }
  for (const [name, { module }] of Object.entries(agents)) {
    if (module.trim() === '') throw wrong(`agents.${name}.module`, 'the path of a module');
  }
  for (const [name, service] of Object.entries(services)) {
    const { provider, baseURL, model, contextTokens, maxOutputTokens, prices } = service;
    const at = (key: string) => `services.${name}.${key}`;
    if (model.trim() === '') throw wrong(at('model'), 'the name of a model');
    const known = baseURL === undefined && provider !== 'openai-compatible';
    if (!known && !isHttpAddress(baseURL ?? '')) {
      throw wrong(at('baseURL'), 'an address that begins with http:// or https://');
    }
    if (maxOutputTokens >= contextTokens) throw wrong(at('maxOutputTokens'), 'less than contextTokens');
    if ((prices.inputPerMillion === undefined) !== (prices.outputPerMillion === undefined)) {
      throw wrong(at('prices'), 'both inputPerMillion and outputPerMillion, or neither');
    }
  }
}

/**
 * A module that is not there is a mistake to be told at the start, not to moderators when they want its agent.
 * Paths are those of the directory that the hub was started in.
 */
export async function checkModules(
  agents: Tables['agents'],
  wrong: (path: string, expected: string) => Error,
): Promise<void> {
  for (const [name, { module }] of Object.entries(agents)) {
    const file = path.resolve(module);
    try {
      await access(file, constants.R_OK);
    } catch (cause) {
      const expected = `a file that can be read (there is none at ${file})`;
      throw Object.assign(wrong(`agents.${name}.module`, expected), { cause });
    }
  }
}
