import { choicesOf } from '@parley/core';
import type { SettingSpec, SettingsSpec } from '@parley/core';
import { z } from 'zod';
import { label } from './schemas/primitives.ts';
import { lines } from './schemas/text.ts';

/**
 * `partial`: what a client gives; everything may be left out, and a left-out `kind` means the one that
 * stands (or the default). `complete`: what the hub shows, every default filled in.
 */
export type SettingsMode = 'partial' | 'complete';

/** The schema of settings that core describes as data, so that names and bounds are written once. */
export function settingsSchema(spec: SettingsSpec, mode: SettingsMode): z.ZodObject {
  return z.strictObject(shapeOf(spec, mode));
}

function shapeOf(spec: SettingsSpec, mode: SettingsMode): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(spec).map(([key, setting]) => [key, entryOf(setting, mode)]));
}

function entryOf(spec: SettingSpec, mode: SettingsMode): z.ZodType {
  const schema = described(schemaOf(spec, mode), spec);
  const always = mode === 'complete' && !(spec.optional === true && defaultOf(spec) === undefined);
  return always ? schema : schema.exactOptional();
}

function schemaOf(spec: SettingSpec, mode: SettingsMode): z.ZodType {
  switch (spec.type) {
    case 'integer':
      return z.int().min(spec.min).max(spec.max);
    case 'number':
      return z.number().min(spec.min).max(spec.max);
    case 'boolean':
      return z.boolean();
    case 'choice':
      return typeof spec.choices === 'function' ? oneOfGrowing(spec.choices) : z.enum(spec.choices);
    case 'text':
      return lines(spec.maxLength);
    case 'list':
      return z.array(schemaOf(spec.of, mode)).max(spec.maxLength);
    case 'table':
      return tableOf(spec, mode);
    case 'group':
      return settingsSchema(spec.settings, mode);
    case 'variant':
      return variantOf(spec, mode);
  }
}

/** In a partial, null takes an entry out. */
function tableOf(spec: SettingSpec & { type: 'table' }, mode: SettingsMode): z.ZodType {
  const entry = schemaOf(spec.of, mode);
  return z
    .record(label, mode === 'partial' ? entry.nullable() : entry)
    .refine((table) => Object.values(table).filter((each) => each !== null).length <= spec.maxEntries, {
      error: `at most ${spec.maxEntries} entries`,
    });
}

/** One of the names of a registry to which a host application may add: looked up when they are needed. */
const oneOfGrowing = (names: () => readonly string[]): z.ZodType =>
  z
    .string()
    .refine((value) => choicesOf(names).includes(value), {
      error: () => `one of ${choicesOf(names).join(', ')}`,
    })
    .meta({
      get enum() {
        return choicesOf(names);
      },
    });

function variantOf(spec: SettingSpec & { type: 'variant' }, mode: SettingsMode): z.ZodType {
  const kinds = Object.entries(spec.kinds).map(([kind, settings]) =>
    z.strictObject({ kind: z.literal(kind), ...shapeOf(settings, mode) }),
  );
  const [first, ...rest] = kinds;
  if (!first) throw new Error('a variant without kinds');
  const named = z.discriminatedUnion('kind', [first, ...rest]);
  // Which kind stands is not known here, so a partial without `kind` may have any kind's settings.
  return mode === 'complete' ? named : z.union([named, z.strictObject(settingsOfAnyKind(spec))]);
}

function settingsOfAnyKind(spec: SettingSpec & { type: 'variant' }): Record<string, z.ZodType> {
  const byName = new Map<string, z.ZodType[]>();
  for (const settings of Object.values(spec.kinds)) {
    for (const [key, setting] of Object.entries(settings)) {
      byName.set(key, [...(byName.get(key) ?? []), schemaOf(setting, 'partial')]);
    }
  }
  const shape = Object.fromEntries(
    [...byName].map(([key, [first, ...others]]) => [
      key,
      (others.length === 0 ? first! : z.union([first!, ...others])).exactOptional(),
    ]),
  );
  // Any `kind` is the other alternative's business.
  return { kind: z.never().exactOptional(), ...shape };
}

/** Notes for the documents; a default is told, not applied, because a partial must stay one. */
function described(schema: z.ZodType, spec: SettingSpec): z.ZodType {
  const value = defaultOf(spec);
  return schema.meta({
    description: spec.description,
    ...(value === undefined ? {} : { default: value }),
    ...('unit' in spec && spec.unit !== undefined ? { 'x-unit': spec.unit } : {}),
  });
}

function defaultOf(spec: SettingSpec): unknown {
  if (spec.type === 'variant') return { kind: spec.default };
  return 'default' in spec ? spec.default : undefined;
}
