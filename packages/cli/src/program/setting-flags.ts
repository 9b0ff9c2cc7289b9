import type { Command } from 'commander';
import { Option } from 'commander';
import { flagOf, SETTINGS, variableOf } from '@parley/hub';
import { choicesOf } from '@parley/core';
import type { SettingSpec, SettingsSpec } from '@parley/core';

/** What commander read, by setting (`limits.joinsPerSecond`); settings that were not given are absent. */
export type SettingFlags = Readonly<Record<string, string | boolean | undefined>>;

/** One flag for each of the hub's settings, made from their description. */
export function addSettingFlags(command: Command): Command {
  for (const [key, spec] of leavesOf(SETTINGS)) command.addOption(optionOf(key, spec));
  return command;
}

/** The flags among everything that commander read. */
export const settingFlagsOf = (read: Readonly<Record<string, unknown>>): SettingFlags =>
  Object.fromEntries(leavesOf(SETTINGS).map(([key]) => [key, read[key] as string | boolean | undefined]));

function optionOf(key: string, spec: SettingSpec): Option {
  const argument = spec.type === 'boolean' ? '' : ` <${ARGUMENTS[spec.type] ?? spec.type}>`;
  const notes = [
    ...(spec.type === 'choice' ? [choicesOf(spec.choices).join(', ')] : []),
    ...defaultOf(spec),
    variableOf(key),
  ];
  return new Option(`${flagOf(key)}${argument}`, `${spec.description} (${notes.join('; ')})`);
}

const ARGUMENTS: Partial<Record<SettingSpec['type'], string>> = {
  integer: 'number',
  choice: 'name',
  list: 'a,b,c',
};

function defaultOf(spec: SettingSpec): string[] {
  if (!('default' in spec) || spec.default === undefined || spec.type === 'boolean') return [];
  if (Array.isArray(spec.default)) return [];
  return [`default ${String(spec.default)}${'unit' in spec && spec.unit ? ` ${spec.unit}` : ''}`];
}

function leavesOf(spec: SettingsSpec, prefix = ''): [string, SettingSpec][] {
  return Object.entries(spec).flatMap(([key, setting]): [string, SettingSpec][] => {
    if (setting.type === 'group') return leavesOf(setting.settings, `${prefix}${key}.`);
    // No text can say a table: those come from the file.
    return setting.type === 'table' ? [] : [[`${prefix}${key}`, setting]];
  });
}
