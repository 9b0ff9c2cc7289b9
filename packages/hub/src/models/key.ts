import { SettingsError } from '../operations/settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The key of a service, from the environment variable that the settings name; null where they name none, and
 * then never one that the environment happens to hold. `path` is that of the setting.
 * @throws SettingsError where the variable is empty
 */
export function keyFrom(environment: Environment, variable: string | undefined, path: string): string | null {
  if (variable === undefined) return null;
  const key = environment[variable];
  if (!key) throw new SettingsError(path, 'the environment', `a value in ${variable}`);
  return key;
}
