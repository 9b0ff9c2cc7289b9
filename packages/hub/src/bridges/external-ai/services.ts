import type { ServiceSettings } from '../../operations/participant-settings.ts';
import { keyFrom } from '../../models/key.ts';
import type { Clock } from '../../ports/clock.ts';
import { CallQueue } from './call-queue.ts';

/** A service of the operator's, ready to be called. */
export interface Service {
  readonly name: string;
  readonly settings: ServiceSettings;
  /** One for all conversations of this hub. */
  readonly queue: CallQueue;
  /** Kept in memory only. */
  readonly apiKey: string | null;
}

/** What a moderator is shown of it: no address, no key. */
export interface ServiceOffer {
  readonly name: string;
  readonly provider: string;
  readonly model: string;
}

/**
 * The services that the settings name, with their keys from the environment (AI-1).
 * @throws SettingsError where the environment lacks a key.
 */
export function servicesOf(
  settings: Readonly<Record<string, ServiceSettings>>,
  environment: Readonly<Record<string, string | undefined>>,
  clock: Clock,
): ReadonlyMap<string, Service> {
  const services = new Map<string, Service>();
  for (const [name, service] of Object.entries(settings)) {
    const { apiKeyEnv, rateLimits } = service;
    const apiKey = keyFrom(environment, apiKeyEnv, `services.${name}.apiKeyEnv`);
    services.set(name, { name, settings: service, queue: new CallQueue(rateLimits, clock), apiKey });
  }
  return services;
}

export const offersOf = (services: ReadonlyMap<string, Service>): readonly ServiceOffer[] =>
  [...services.values()].map(({ name, settings: { provider, model } }) => ({ name, provider, model }));
