import type { Service } from '../bridges/external-ai/services.ts';
import { servicesOf } from '../bridges/external-ai/services.ts';
import type { BoundCredentials } from '../egress/egress.ts';
import { openCredentials } from '../operations/credentials.ts';
import type { HubSettings } from '../operations/settings.ts';
import type { Scorer } from '../ports/scorer.ts';
import type { ScorerSources } from '../routing/scorers.ts';
import { scorersOf } from '../routing/scorers.ts';

/** What the settings name outside of the hub, with the secrets that the environment holds for it. */
export interface Outside {
  readonly scorers: ReadonlyMap<string, Scorer>;
  readonly services: ReadonlyMap<string, Service>;
  readonly credentials: ReadonlyMap<string, BoundCredentials>;
}

/** @throws SettingsError where the environment lacks what the settings name. */
export function outsideOf(settings: HubSettings, sources: ScorerSources): Outside {
  const { clock, environment } = sources;
  return {
    scorers: scorersOf(settings.relevance, sources),
    services: servicesOf(settings.services, environment, clock),
    credentials: openCredentials(settings.credentials, environment),
  };
}
