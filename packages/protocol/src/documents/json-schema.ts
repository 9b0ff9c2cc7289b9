import { z } from 'zod';

export type Json = Readonly<Record<string, unknown>>;

/**
 * A schema as JSON Schema 2020-12, as what a sender has to meet. Rules that JSON Schema cannot say
 * (depth, forbidden keys, bytes of metadata) are written in the documents' introductions.
 */
export const jsonSchema = (schema: z.ZodType): Json => without(z.toJSONSchema(schema, { io: 'input' }));

/** A query's parameters, with the types that their texts are read as. */
export const queryProperties = (schema: z.ZodObject): readonly (readonly [string, Json])[] => {
  const { properties } = z.toJSONSchema(schema, { io: 'output' });
  return Object.entries((properties ?? {}) as Record<string, Json>);
};

function without(schema: Json): Json {
  // The dialect is that of the whole document.
  const { $schema: _, ...rest } = schema;
  return rest;
}

/** Named schemas that appear in many places and are therefore written once in a document. */
export class Components {
  readonly #prefix: string;
  readonly #schemas = new Map<string, Json>();

  /** `prefix` is where the document keeps its schemas, such as `#/components/schemas/`. */
  constructor(prefix = '#/components/schemas/') {
    this.#prefix = prefix;
  }

  /** Puts a schema under a name and gives the reference to it. */
  ref(name: string, schema: z.ZodType): Json {
    if (!this.#schemas.has(name)) this.#schemas.set(name, jsonSchema(schema));
    return { $ref: `${this.#prefix}${name}` };
  }

  toJson(): Json {
    return Object.fromEntries([...this.#schemas].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** `floor.request` as the name of a component: `FloorRequest`. */
export const pascal = (dotted: string): string =>
  dotted
    .split(/[._]/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
