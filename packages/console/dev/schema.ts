import type { JsonSchema } from '../src/session/schema.ts';

const ms = (description: string, value: number): JsonSchema => ({
  type: 'integer',
  minimum: 0,
  maximum: 86_400_000,
  description,
  default: value,
});

const WHISPER: JsonSchema = {
  type: 'boolean',
  default: false,
  description: 'Speakers may narrow the audience of what they say.',
};

/** In the shape of the hub's `/openapi.json`, with a second strategy to see that it appears by itself. */
export const CONFIG_SCHEMA: JsonSchema = {
  type: 'object',
  properties: {
    floor: {
      type: 'object',
      description: 'Who may speak, and for how long.',
      properties: {
        strategy: {
          description: 'Decides who speaks next.',
          anyOf: [
            {
              oneOf: [
                {
                  type: 'object',
                  properties: {
                    kind: { type: 'string', const: 'sequential' },
                    maxTurnDurationMs: ms('Longest turn.', 120_000),
                  },
                },
                {
                  type: 'object',
                  properties: {
                    kind: { type: 'string', const: 'roundRobin' },
                    timeSliceMs: ms('Longest slice.', 60_000),
                    skipIdle: {
                      type: 'boolean',
                      default: false,
                      description: 'Skips whoever is not active.',
                    },
                  },
                },
              ],
            },
            { type: 'object', properties: { maxTurnDurationMs: ms('Longest turn.', 120_000) } },
          ],
        },
        timers: {
          type: 'object',
          description: 'Limits.',
          properties: {
            firstContentMs: ms('Until the first words.', 30_000),
            silenceMs: ms('Silence that ends a turn.', 15_000),
          },
        },
      },
    },
    interruption: {
      description: 'Whether one may interrupt.',
      oneOf: [{ type: 'object', properties: { kind: { const: 'forbidden' } } }],
    },
    routing: {
      description: 'Who hears what.',
      oneOf: [
        { type: 'object', properties: { kind: { const: 'broadcast' }, whisper: WHISPER } },
        {
          type: 'object',
          properties: {
            kind: { const: 'roleBased' },
            table: {
              type: 'object',
              description: 'For each role of a speaker, the roles that hear it.',
              additionalProperties: {
                anyOf: [
                  { type: 'array', maxItems: 64, items: { type: 'string', maxLength: 64 } },
                  { type: 'null' },
                ],
              },
            },
            whisper: WHISPER,
          },
        },
      ],
    },
    consistency: {
      description: 'How participants’ views are kept.',
      default: { kind: 'eventual' },
      oneOf: [
        {
          type: 'object',
          properties: { kind: { const: 'strong' }, barrierTimeoutMs: ms('Longest wait for a view.', 5_000) },
        },
        {
          type: 'object',
          properties: {
            kind: { const: 'eventual' },
            maxLagMs: ms('When a view is told that it is behind.', 200),
          },
        },
      ],
    },
    history: {
      type: 'object',
      properties: {
        visibility: { enum: ['full', 'sinceJoin'], default: 'full', description: 'What newcomers can read.' },
      },
    },
  },
};
