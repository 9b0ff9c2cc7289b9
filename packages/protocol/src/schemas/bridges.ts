import { engagementSpec, LIMITS } from '@parley/core';
import type { BridgedKind, Variant } from '@parley/core';
import { z } from 'zod';
import { settingsSchema } from '../settings-schema.ts';
import { address, displayName, phrases, roles, topics } from './primitives.ts';
import { lines, name } from './text.ts';

/** Longest instruction for a model: as long as an utterance. */
const INSTRUCTIONS_CHARACTERS = LIMITS.speechCharacters;

const service = name(64).describe('Of those that the operator of the hub offers.');
const positive = z.int().min(1).max(1_000_000_000);

/** How a participant is reached, by kind. A secret is never part of it: the operator names those. */
export const bridgeSettings = {
  a2aAgent: z.strictObject({
    card: address.describe('Where the agent’s card is.'),
    credential: name(64)
      .describe('Of those that the operator of the hub keeps; sent to the origin that it is kept for.')
      .exactOptional(),
  }),
  externalAI: z
    .strictObject({
      service: service.exactOptional(),
      baseURL: address
        .describe('An endpoint that speaks the OpenAI-compatible protocol and asks for no key.')
        .exactOptional(),
      model: name(200).exactOptional(),
      instructions: lines(INSTRUCTIONS_CHARACTERS).exactOptional(),
      maxOutputTokens: positive.exactOptional(),
      contextTokens: positive
        .describe('Longest prompt and answer together; older lines give way to a summary.')
        .exactOptional(),
      rateLimits: z
        .strictObject({
          requestsPerMinute: positive.exactOptional(),
          tokensPerMinute: positive.exactOptional(),
          maxConcurrent: z.int().min(1).max(100).exactOptional(),
        })
        .exactOptional(),
      budget: z
        .strictObject({
          tokens: positive.exactOptional(),
          cost: z.number().positive().describe('In the currency of the service’s prices.').exactOptional(),
        })
        .describe('When it is spent, the participant passes.')
        .exactOptional(),
    })
    .refine(({ service: named, baseURL }) => (named === undefined) !== (baseURL === undefined), {
      error: 'either service or baseURL',
      path: ['service'],
    }),
  localAgent: z.strictObject({ agent: name(64).describe('Of those that the hub was started with.') }),
  openFloor: z.strictObject({ serviceUrl: address.describe('Where the assistant takes envelopes.') }),
} as const satisfies Record<BridgedKind, z.ZodType>;

const variant = { engagement: engagementSpec };
const engagementInput = settingsSchema(variant, 'partial').shape['engagement']!;
/** When a bridged participant wants the floor, as the hub shows it. */
export const engagement = settingsSchema(variant, 'complete').shape['engagement'] as unknown as z.ZodType<
  Variant,
  Variant
>;

const common = {
  displayName,
  engagement: engagementInput,
  roles: roles.exactOptional(),
  topics: topics.exactOptional(),
  interests: phrases.exactOptional(),
};

/** `bridge.add`: whom to bring in, and how it is reached. */
export const addBridge = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('a2aAgent'), settings: bridgeSettings.a2aAgent, ...common }),
  z.strictObject({ kind: z.literal('externalAI'), settings: bridgeSettings.externalAI, ...common }),
  z.strictObject({ kind: z.literal('localAgent'), settings: bridgeSettings.localAgent, ...common }),
  z.strictObject({ kind: z.literal('openFloor'), settings: bridgeSettings.openFloor, ...common }),
]);

export type BridgeSettings<K extends BridgedKind = BridgedKind> = z.output<(typeof bridgeSettings)[K]>;
