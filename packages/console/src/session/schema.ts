/** The part of JSON Schema in which the hub describes a conversation's configuration. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
}

interface Shown {
  readonly path: Path;
  readonly help?: string | undefined;
}

/** One setting, ready to be shown; `path` leads to it from the configuration's root. */
export type Field =
  | LeafField
  | (Shown & { readonly type: 'group'; readonly fields: readonly Field[] })
  | (Shown & { readonly type: 'variant'; readonly kinds: readonly VariantKind[]; readonly initial: string })
  /** Entries by name; `of` is what each of them is, with an empty path. */
  | (Shown & { readonly type: 'table'; readonly of: LeafField });

type LeafField =
  | (Shown & {
      readonly type: 'number';
      readonly whole: boolean;
      readonly min?: number;
      readonly max?: number;
      readonly initial?: number;
    })
  | (Shown & { readonly type: 'choice'; readonly choices: readonly string[]; readonly initial?: string })
  | (Shown & { readonly type: 'boolean'; readonly initial?: boolean })
  | (Shown & { readonly type: 'text'; readonly maxLength?: number; readonly initial?: string })
  /** Of short texts. */
  | (Shown & { readonly type: 'list'; readonly maxItems?: number; readonly maxLength?: number });

export interface VariantKind {
  readonly kind: string;
  readonly fields: readonly Field[];
}

export type Path = readonly string[];

/**
 * Turns the schema of the configuration into fields. A strategy, policy or routing that the hub gains
 * later appears by itself; what a form cannot show well (lists of anything but texts, tables of more than
 * one setting each) is left to the API.
 */
export function fieldsOf(schema: JsonSchema, root: JsonSchema, path: Path = []): readonly Field[] {
  const { properties = {} } = resolve(schema, root);
  return Object.entries(properties).flatMap(([name, property]) => {
    if (name === 'kind') return [];
    const field = fieldOf(property, root, [...path, name]);
    return field === null ? [] : [field];
  });
}

function fieldOf(raw: JsonSchema, root: JsonSchema, path: Path): Field | null {
  const schema = resolve(raw, root);
  const shared = { path, ...(schema.description === undefined ? {} : { help: schema.description }) };
  const kinds = variantKinds(schema, root, path);
  if (kinds.length > 0) {
    const given = (schema.default as { kind?: unknown } | undefined)?.kind;
    return { ...shared, type: 'variant', kinds, initial: typeof given === 'string' ? given : kinds[0]!.kind };
  }
  if (schema.enum !== undefined) {
    const choices = schema.enum.filter((value) => typeof value === 'string');
    return { ...shared, type: 'choice', choices, ...initial(schema, 'string') };
  }
  switch (schema.type) {
    case 'integer':
    case 'number':
      return {
        ...shared,
        type: 'number',
        whole: schema.type === 'integer',
        ...bounds(schema),
        ...initial(schema, 'number'),
      };
    case 'boolean':
      return { ...shared, type: 'boolean', ...initial(schema, 'boolean') };
    case 'string':
      return {
        ...shared,
        type: 'text',
        ...initial(schema, 'string'),
        ...(schema.maxLength === undefined ? {} : { maxLength: schema.maxLength }),
      };
    case 'array':
      return listOf(schema, root, shared);
    case 'object': {
      if (typeof schema.additionalProperties === 'object') {
        const of = fieldOf(notNull(schema.additionalProperties, root), root, []);
        return of !== null && isLeaf(of) ? { ...shared, type: 'table', of } : null;
      }
      const fields = fieldsOf(schema, root, path);
      return fields.length === 0 ? null : { ...shared, type: 'group', fields };
    }
    default:
      return null;
  }
}

function listOf(schema: JsonSchema, root: JsonSchema, shared: Shown): Field | null {
  const { type, maxLength } = resolve(schema.items ?? {}, root);
  if (type !== 'string') return null;
  const { maxItems } = schema;
  return {
    ...shared,
    type: 'list',
    ...(maxItems === undefined ? {} : { maxItems }),
    ...(maxLength === undefined ? {} : { maxLength }),
  };
}

const isLeaf = (field: Field): field is LeafField =>
  field.type !== 'group' && field.type !== 'variant' && field.type !== 'table';

/** What an entry is where it is not null, which only takes one out of what stands. */
function notNull(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const rest = membersOf(schema, root).filter(({ type }) => type !== 'null');
  return rest.length === 1 ? rest[0]! : schema;
}

/** The members of a variant: objects told apart by the constant of their `kind`. */
function variantKinds(schema: JsonSchema, root: JsonSchema, path: Path): readonly VariantKind[] {
  return membersOf(schema, root).flatMap((member) => {
    const kind = member.properties?.['kind'];
    const names = kind === undefined ? [] : constants(resolve(kind, root));
    return names.map((name) => ({ kind: name, fields: fieldsOf(member, root, path) }));
  });
}

/** The alternatives of a union, also of unions within it; a schema that is none is its only one. */
function membersOf(schema: JsonSchema, root: JsonSchema): readonly JsonSchema[] {
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (alternatives === undefined) return [schema];
  return alternatives.flatMap((alternative) => membersOf(resolve(alternative, root), root));
}

function constants(schema: JsonSchema): readonly string[] {
  const values = schema.const === undefined ? (schema.enum ?? []) : [schema.const];
  return values.filter((value) => typeof value === 'string');
}

/** Follows references within the document, and looks through a single-member `allOf`. */
function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  if (schema.allOf?.length === 1) {
    const { allOf, ...rest } = schema;
    return { ...resolve(allOf[0]!, root), ...rest };
  }
  if (schema.$ref === undefined) return schema;
  let target: unknown = root;
  for (const part of schema.$ref.replace(/^#\/?/, '').split('/')) {
    target = (target as Record<string, unknown> | undefined)?.[
      part.replaceAll('~1', '/').replaceAll('~0', '~')
    ];
  }
  const { $ref: _, ...rest } = schema;
  return { ...resolve((target ?? {}) as JsonSchema, root), ...rest };
}

function bounds(schema: JsonSchema): { min?: number; max?: number } {
  return {
    ...(schema.minimum === undefined ? {} : { min: schema.minimum }),
    ...(schema.maximum === undefined ? {} : { max: schema.maximum }),
  };
}

/** What a new entry of a table is: its default, or else what says least within its bounds. */
export function blankOf(field: LeafField): unknown {
  switch (field.type) {
    case 'number':
      return field.initial ?? Math.min(Math.max(0, field.min ?? 0), field.max ?? Infinity);
    case 'choice':
      return field.initial ?? field.choices[0];
    case 'boolean':
      return field.initial ?? false;
    case 'text':
      return field.initial ?? '';
    case 'list':
      return [];
  }
}

interface Initial {
  string: string;
  number: number;
  boolean: boolean;
}

function initial<T extends keyof Initial>(schema: JsonSchema, type: T): { initial?: Initial[T] } {
  return typeof schema.default === type ? { initial: schema.default as Initial[T] } : {};
}
