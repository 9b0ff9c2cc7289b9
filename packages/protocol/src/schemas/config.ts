import { configSpec } from '@parley/core';
import type { ConversationConfig } from '@parley/core';
import type { z } from 'zod';
import { settingsSchema } from '../settings-schema.ts';

/** What a client may give of a configuration; the rest keeps its value or gets its default. */
export const configInput = settingsSchema(configSpec, 'partial');

/** A conversation's whole configuration as the hub shows it. Core derives its type from the same spec. */
export const config = settingsSchema(configSpec, 'complete') as unknown as z.ZodType<
  ConversationConfig,
  ConversationConfig
>;
