import type { Field, Path } from '../session/schema.ts';
import type { PartialConfig } from './config-value.ts';
import { valueAt, withValue } from './config-value.ts';

/**
 * What to send so that one configuration becomes the other: the settings that differ. A strategy or policy
 * of another kind is sent whole; a setting that was taken out goes back to its default, and an entry that
 * was taken out of a table is sent as null.
 */
export function changes(
  fields: readonly Field[],
  before: PartialConfig,
  after: PartialConfig,
): PartialConfig {
  return fields.reduce<PartialConfig>((found, field) => change(field, before, after, found), {});
}

function change(
  field: Field,
  before: PartialConfig,
  after: PartialConfig,
  found: PartialConfig,
): PartialConfig {
  const { path } = field;
  switch (field.type) {
    case 'group':
      return field.fields.reduce((more, inner) => change(inner, before, after, more), found);
    case 'variant': {
      const kindPath = [...path, 'kind'];
      const kind = valueAt(after, kindPath) ?? field.initial;
      if (kind !== (valueAt(before, kindPath) ?? field.initial)) {
        return withValue(found, path, valueAt(after, path) ?? { kind });
      }
      const own = field.kinds.find((candidate) => candidate.kind === kind)?.fields ?? [];
      const more = own.reduce((sum, inner) => change(inner, before, after, sum), found);
      return valueAt(more, path) === undefined ? more : withValue(more, kindPath, kind);
    }
    case 'table': {
      const [old, now] = [tableAt(before, path), tableAt(after, path)];
      return [...new Set([...Object.keys(old), ...Object.keys(now)])].reduce((sum, name) => {
        if (!Object.hasOwn(now, name)) return withValue(sum, [...path, name], null);
        return same(old[name], now[name]) ? sum : withValue(sum, [...path, name], now[name]);
      }, found);
    }
    case 'list': {
      const value = valueAt(after, path) ?? [];
      return same(value, valueAt(before, path) ?? []) ? found : withValue(found, path, value);
    }
    default: {
      const value = valueAt(after, path) ?? field.initial;
      return value === (valueAt(before, path) ?? field.initial) ? found : withValue(found, path, value);
    }
  }
}

const tableAt = (config: PartialConfig, path: Path): PartialConfig =>
  (valueAt(config, path) ?? {}) as PartialConfig;

/** Lists and plain values. */
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
