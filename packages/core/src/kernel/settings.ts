import type { Result } from './result.ts';
import { err, ok } from './result.ts';

/**
 * Settings described as plain data, once, beside the code that reads them. From the description come
 * the defaults, the validation in core, the wire's schemas (packages/protocol) and the console's forms.
 */
export type SettingSpec =
  | (Described & { type: 'integer' | 'number'; default?: number; min: number; max: number; unit?: 'ms' })
  | (Described & { type: 'boolean'; default?: boolean })
  | (Described & { type: 'choice'; choices: Choices; default?: string })
  | (Described & { type: 'text'; default?: string; maxLength: number })
  | (Described & { type: 'list'; of: SettingSpec; maxLength: number; default?: readonly unknown[] })
  | (Described & { type: 'table'; of: SettingSpec; maxEntries: number })
  | (Described & { type: 'group'; settings: SettingsSpec })
  | (Described & { type: 'variant'; kinds: Readonly<Record<string, SettingsSpec>>; default: string });

/** A function where a host application may register more of them. */
export type Choices = readonly string[] | (() => readonly string[]);

export const choicesOf = (choices: Choices): readonly string[] =>
  typeof choices === 'function' ? choices() : choices;

interface Described {
  /** One sentence for people: what the setting does and what a larger value means. */
  readonly description: string;
  /** True when leaving the setting out means something else than any value. */
  readonly optional?: boolean;
}

export type SettingsSpec = Readonly<Record<string, SettingSpec>>;

/** A member of a registry with its own settings beside `kind`. */
export interface Variant {
  readonly kind: string;
  readonly [setting: string]: unknown;
}

/** What is wrong with a value, and exactly where. */
export interface SettingProblem {
  /** Dotted from the root that was given, such as `floor.timers.silenceMs`. */
  readonly path: string;
  readonly expected: string;
}

type Settings = Record<string, unknown>;

/**
 * Reads `input` by its description: defaults filled in, everything else refused with its exact path.
 * `base` are values that stand where `input` is silent (a live change of settings); a variant whose
 * kind changes takes nothing from `base`.
 */
export function readSettings(
  spec: SettingsSpec,
  input: unknown,
  path: string,
  base?: Settings,
): Result<Settings, SettingProblem> {
  if (input !== undefined && !isPlainObject(input)) return err({ path, expected: 'an object' });
  const given = (input ?? {}) as Settings;
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(spec, key)) {
      return err({ path: join(path, key), expected: `one of ${Object.keys(spec).join(', ')}` });
    }
  }
  const out: Settings = {};
  for (const [key, setting] of Object.entries(spec)) {
    const result = readSetting(setting, given[key], join(path, key), base?.[key]);
    if (!result.ok) return result;
    if (result.value !== undefined) out[key] = result.value;
  }
  return ok(out);
}

function readSetting(
  spec: SettingSpec,
  value: unknown,
  path: string,
  base: unknown,
): Result<unknown, SettingProblem> {
  if (spec.type === 'group') return readSettings(spec.settings, value, path, base as Settings | undefined);
  if (spec.type === 'variant') return readVariant(spec, value, path, base as Settings | undefined);
  if (spec.type === 'table') return readTable(spec, value, path, base as Settings | undefined);
  if (value === undefined) {
    if (base !== undefined) return ok(base);
    if (spec.default !== undefined) return ok(spec.default);
    return spec.optional ? ok(undefined) : err({ path, expected: expectation(spec) });
  }
  if (spec.type === 'list') return readList(spec, value, path);
  return fits(spec, value) ? ok(value) : err({ path, expected: expectation(spec) });
}

function readVariant(
  spec: SettingSpec & { type: 'variant' },
  value: unknown,
  path: string,
  base: Settings | undefined,
): Result<unknown, SettingProblem> {
  if (value !== undefined && !isPlainObject(value)) return err({ path, expected: 'an object with a kind' });
  const kinds = Object.keys(spec.kinds).join(', ');
  const kind = value?.['kind'] ?? base?.['kind'] ?? spec.default;
  if (typeof kind !== 'string' || !Object.hasOwn(spec.kinds, kind)) {
    return err({ path: join(path, 'kind'), expected: `one of ${kinds}` });
  }
  const { kind: _, ...rest } = value ?? {};
  const sameKind = base?.['kind'] === kind ? base : undefined;
  const settings = readSettings(spec.kinds[kind]!, rest, path, sameKind);
  return settings.ok ? ok({ kind, ...settings.value }) : settings;
}

function readTable(
  spec: SettingSpec & { type: 'table' },
  value: unknown,
  path: string,
  base: Settings | undefined,
): Result<unknown, SettingProblem> {
  if (value !== undefined && !isPlainObject(value)) return err({ path, expected: 'an object' });
  const merged = { ...base, ...value };
  if (Object.values(merged).filter((entry) => entry !== null).length > spec.maxEntries) {
    return err({ path, expected: `at most ${spec.maxEntries} entries` });
  }
  const out: Settings = {};
  for (const [key, entry] of Object.entries(merged)) {
    // In a change, null takes an entry out; a left-out one stands.
    if (entry === null) continue;
    const result = readSetting(spec.of, entry, join(path, key), undefined);
    if (!result.ok) return result;
    out[key] = result.value;
  }
  return ok(out);
}

function readList(
  spec: SettingSpec & { type: 'list' },
  value: unknown,
  path: string,
): Result<unknown, SettingProblem> {
  if (!Array.isArray(value) || value.length > spec.maxLength) {
    return err({ path, expected: `a list of at most ${spec.maxLength}` });
  }
  const out: unknown[] = [];
  for (const [index, entry] of value.entries()) {
    const result = readSetting(spec.of, entry, join(path, String(index)), undefined);
    if (!result.ok) return result;
    out.push(result.value);
  }
  return ok(out);
}

function fits(spec: SettingSpec, value: unknown): boolean {
  switch (spec.type) {
    case 'integer':
      return Number.isSafeInteger(value) && (value as number) >= spec.min && (value as number) <= spec.max;
    case 'number':
      return Number.isFinite(value) && (value as number) >= spec.min && (value as number) <= spec.max;
    case 'boolean':
      return typeof value === 'boolean';
    case 'choice':
      return typeof value === 'string' && choicesOf(spec.choices).includes(value);
    case 'text':
      return typeof value === 'string' && value.length <= spec.maxLength;
    default:
      return false;
  }
}

function expectation(spec: SettingSpec): string {
  switch (spec.type) {
    case 'integer':
      return `a whole number from ${spec.min} to ${spec.max}`;
    case 'number':
      return `a number from ${spec.min} to ${spec.max}`;
    case 'boolean':
      return 'true or false';
    case 'choice':
      return `one of ${choicesOf(spec.choices).join(', ')}`;
    case 'text':
      return `a text of at most ${spec.maxLength} characters`;
    case 'list':
      return `a list of at most ${spec.maxLength}`;
    default:
      return 'an object';
  }
}

function isPlainObject(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
