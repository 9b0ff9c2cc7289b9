import { configSpec, consistencySpec } from '@parley/core';
import type { ConversationConfig, Variant } from '@parley/core';
import type { z } from 'zod';
import { settingsSchema } from '../settings-schema.ts';

/** What a client may give of a configuration; the rest keeps its value or gets its default. */
export const configInput = settingsSchema(configSpec, 'partial');

/** A conversation's whole configuration as the hub shows it. Core derives its type from the same spec. */
export const config = settingsSchema(configSpec, 'complete') as unknown as z.ZodType<
  ConversationConfig,
  ConversationConfig
>;

const variant = { consistency: consistencySpec };

/** The level that a participant chose for its own view, as the hub shows it. */
export const consistency = settingsSchema(variant, 'complete').shape['consistency'] as unknown as z.ZodType<
  Variant,
  Variant
>;

/** How a participant wants its own view to be kept; the same shape as in a configuration. */
export const consistencyInput = settingsSchema(variant, 'partial').shape['consistency']!.unwrap();
