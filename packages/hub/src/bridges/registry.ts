import type { BridgedKind } from '@parley/core';
import type { Egress } from '../egress/egress.ts';
import type { BridgeKind } from './bridge.ts';
import { openFloorBridge } from './open-floor/open-floor.ts';
import { ExternalAI } from './external-ai/external-ai.ts';
import type { Service } from './external-ai/services.ts';
import type { LocalAgentSettings } from '../operations/participant-settings.ts';
import type { Printer } from './local/threaded-agents.ts';
import { ThreadedAgents } from './local/threaded-agents.ts';

/** Every kind of participant that this hub can reach: a new one is one folder and one line here. */
export type BridgeKinds = { readonly [K in BridgedKind]?: BridgeKind<K> };

export interface BridgeParts {
  readonly services: ReadonlyMap<string, Service>;
  readonly egress: Egress;
  readonly agents: Readonly<Record<string, LocalAgentSettings>>;
  /** Where agents in threads print. */
  readonly printer: Printer;
  /** Under which people reach the hub, without a slash at the end. */
  readonly publicUrl: () => string;
}

export const bridgeKinds = ({ services, egress, agents, printer, publicUrl }: BridgeParts): BridgeKinds => ({
  externalAI: new ExternalAI(services, egress),
  localAgent: new ThreadedAgents(agents, printer),
  openFloor: openFloorBridge(egress, publicUrl),
});
