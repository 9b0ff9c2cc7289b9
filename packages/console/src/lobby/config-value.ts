import type { Path } from '../session/schema.ts';

/** A partial configuration: only what differs from the hub's defaults. */
export type PartialConfig = Readonly<Record<string, unknown>>;

export function valueAt(config: PartialConfig, path: Path): unknown {
  let at: unknown = config;
  for (const key of path) at = isTable(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  return at;
}

/** The configuration with one value replaced; `undefined` takes it out, and what becomes empty with it. */
export function withValue(config: PartialConfig, path: Path, value: unknown): PartialConfig {
  const [key, ...rest] = path;
  if (key === undefined) return config;
  const { [key]: present, ...others } = config;
  // What is there keeps its place: the rows of a table do not jump while one writes into them.
  if (rest.length === 0) return value === undefined ? others : { ...config, [key]: value };
  const inner = withValue(isTable(present) ? present : {}, rest, value);
  return Object.keys(inner).length === 0 ? others : { ...config, [key]: inner };
}

const isTable = (value: unknown): value is PartialConfig =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
