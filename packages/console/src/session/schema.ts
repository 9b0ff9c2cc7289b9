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
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
}

/** One setting, ready to be shown; `path` leads to it from the configuration's root. */
export type Field =
  | { readonly type: 'group'; readonly path: Path; readonly help?: string; readonly fields: readonly Field[] }
  | {
      readonly type: 'variant';
      readonly path: Path;
      readonly help?: string;
      readonly kinds: readonly VariantKind[];
      readonly initial: string;
    }
  | {
      readonly type: 'number';
      readonly path: Path;
      readonly help?: string;
      readonly whole: boolean;
      readonly min?: number;
      readonly max?: number;
      readonly initial?: number;
    }
  | {
      readonly type: 'choice';
      readonly path: Path;
      readonly help?: string;
      readonly choices: readonly string[];
      readonly initial?: string;
    }
  | { readonly type: 'boolean'; readonly path: Path; readonly help?: string; readonly initial?: boolean }
  | {
      readonly type: 'text';
      readonly path: Path;
      readonly help?: string;
      readonly maxLength?: number;
      readonly initial?: string;
    };

export interface VariantKind {
  readonly kind: string;
  readonly fields: readonly Field[];
}

export type Path = readonly string[];

/**
 * Turns the schema of the configuration into fields. A strategy, policy or routing that the hub gains
 * later appears by itself; what a form cannot show well (lists and tables) is left to the API.
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
    case 'object': {
      const fields = fieldsOf(schema, root, path);
      return fields.length === 0 ? null : { ...shared, type: 'group', fields };
    }
    default:
      return null;
  }
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

interface Initial {
  string: string;
  number: number;
  boolean: boolean;
}

function initial<T extends keyof Initial>(schema: JsonSchema, type: T): { initial?: Initial[T] } {
  return typeof schema.default === type ? { initial: schema.default as Initial[T] } : {};
}
