import type { BoundCredentials } from '../egress/egress.ts';
import type { HubSettings } from './settings.ts';
import { SettingsError } from './settings.ts';

/**
 * Headers for remote agents, each bound to its origin, by the name that bridges give (A2-4). The values are
 * read once, when the hub starts, and are kept nowhere else.
 * @throws SettingsError where the environment does not have one
 */
export function openCredentials(
  settings: HubSettings['credentials'],
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, BoundCredentials> {
  return new Map(
    Object.entries(settings).map(([name, { origin, headerName, valueEnv }]) => {
      const value = environment[valueEnv];
      if (!value) {
        throw new SettingsError(`credentials.${name}.valueEnv`, 'the environment', `a value in ${valueEnv}`);
      }
      return [name, { origin, headers: { [headerName]: value } }];
    }),
  );
}
