import type { CallToolResult, StandardSchemaWithJSON, ToolAnnotations } from '@modelcontextprotocol/server';
import { validate, wireError } from '@parley/protocol';
import type { z } from 'zod';
import { refusalOfError, refuse } from '../../sessions/refusal.ts';
import type { Refusal } from '../../sessions/refusal.ts';
import { orInvalid, Refused } from '../http/refused.ts';
import type { Call } from '../calling/call.ts';
import type { ToolCall } from './call.ts';

/** Something that a model can do. Descriptions are written for one that has never heard of Parley. */
export interface Tool<S extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: S;
  readonly annotations: ToolAnnotations;
  /** @throws Refused */
  run(input: z.output<S>, call: ToolCall): Promise<Readonly<Record<string, unknown>>>;
}

/** Tools in one list: each is only ever run with what its own schema let through. */
export const tool = <S extends z.ZodType>(definition: Tool<S>): Tool => definition as unknown as Tool;

/** The hub talks to nobody but the participants of its conversations. */
export const READS: ToolAnnotations = { readOnlyHint: true, openWorldHint: false };
export const WRITES: ToolAnnotations = { readOnlyHint: false, destructiveHint: false, openWorldHint: false };

type Converter = NonNullable<z.ZodType['~standard']['jsonSchema']>;

/**
 * The schema as a client is shown it. It lets everything through: what is wrong is said by the hub's own
 * validation, with the code and the exact path that every other channel gives too.
 */
export function shown(schema: z.ZodType): StandardSchemaWithJSON {
  const { jsonSchema } = schema['~standard'];
  if (!jsonSchema) throw new Error('this zod cannot describe its schemas');
  const simple: Converter = {
    input: (options) => withoutPatterns(jsonSchema.input(options)) as Record<string, unknown>,
    output: (options) => withoutPatterns(jsonSchema.output(options)) as Record<string, unknown>,
  };
  return {
    '~standard': {
      version: 1,
      vendor: 'parley',
      validate: (value: unknown) => ({ value }),
      jsonSchema: simple,
    },
  };
}

/** Not every host knows the classes of characters that the hub's patterns name, and some refuse the tool then. */
function withoutPatterns(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutPatterns);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(
    ([key, value]) => key !== 'pattern' || typeof value !== 'string',
  );
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutPatterns(value)]));
}

/** What the tool answers, or its refusal, both as data and as the same JSON for models that read text. */
export async function use(used: Tool, input: unknown, call: ToolCall): Promise<CallToolResult> {
  try {
    const checked = orInvalid(validate(used.input, input ?? {}, 'arguments'));
    const answer = await used.run(checked, call);
    return { content: [asText(answer)], structuredContent: answer };
  } catch (error) {
    const { code, message, details, retryAfterMs } = refusalOf(error, used.name, call);
    const told = { error: wireError(code, { detail: message, details, retryAfterMs }) };
    return { isError: true, content: [asText(told)], structuredContent: told };
  }
}

const asText = (value: unknown) => ({ type: 'text', text: JSON.stringify(value) }) as const;

/** What whoever called is told of a failure. */
export function refusalOf(error: unknown, what: string, { context }: Pick<Call, 'context'>): Refusal {
  if (error instanceof Refused) return error.refusal;
  const known = refusalOfError(error);
  if (known) return known;
  context.parts.logger.error({ err: error, what }, 'an MCP call failed');
  return refuse('internal', 'The hub failed to answer.').error;
}
