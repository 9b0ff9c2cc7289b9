import fc from 'fast-check';
import type { SettingSpec, SettingsSpec } from '../kernel/settings.ts';
import { choicesOf } from '../kernel/settings.ts';

/** Any settings that a description allows, small enough for something to happen. */
function settingsOf(spec: SettingsSpec): fc.Arbitrary<Record<string, unknown>> {
  const entries = Object.entries(spec).flatMap(([name, setting]) => {
    const value = settingOf(name, setting);
    return value ? [[name, value] as const] : [];
  });
  return fc.record(Object.fromEntries(entries), { requiredKeys: [] });
}

function settingOf(name: string, spec: SettingSpec): fc.Arbitrary<unknown> | null {
  if (name === 'currency') return null;
  switch (spec.type) {
    case 'integer':
      return fc.integer({
        min: spec.min,
        max: Math.min(spec.max, spec.unit === 'ms' ? 9_000 : spec.min + 3),
      });
    case 'number':
      return fc.double({ min: spec.min, max: Math.min(spec.max, 3), noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...choicesOf(spec.choices));
    case 'group':
      return settingsOf(spec.settings);
    case 'list': {
      const entry = settingOf(name, spec.of);
      return entry && fc.uniqueArray(entry, { maxLength: spec.maxLength });
    }
    default:
      return null;
  }
}

/** Any member of a registry, with any settings of its own. */
export const variantOf = (registry: Readonly<Record<string, { settings: SettingsSpec }>>) =>
  fc.oneof(
    ...Object.entries(registry).map(([kind, { settings }]) =>
      settingsOf(settings).map((drawn) => ({ kind, ...drawn })),
    ),
  );
