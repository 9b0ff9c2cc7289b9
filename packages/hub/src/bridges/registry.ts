import type { BridgedKind } from '@parley/core';
import type { BoundCredentials, Egress } from '../egress/egress.ts';
import { A2aBridge } from './a2a/a2a.ts';
import type { BridgeKind } from './bridge.ts';
import { openFloorBridge } from './open-floor/open-floor.ts';
import { ExternalAI } from './external-ai/external-ai.ts';
import type { Service } from './external-ai/services.ts';
import type { LocalAgentSettings } from '../operations/participant-settings.ts';
import type { Printer } from './local/threaded-agents.ts';
import { ThreadedAgents } from './local/threaded-agents.ts';

/** What the hub has for reaching participants. */
export interface BridgeParts {
  readonly egress: Egress;
  /** Credentials of the operator's, by the name that a bridge's settings give. */
  readonly credentials: ReadonlyMap<string, BoundCredentials>;
  /** Origins whose keys may sign the cards of agents. */
  readonly agentKeyOrigins: readonly string[];
  readonly services: ReadonlyMap<string, Service>;
  readonly agents: Readonly<Record<string, LocalAgentSettings>>;
  /** Where agents in threads print. */
  readonly printer: Printer;
  /** Under which people reach the hub, without a slash at the end. */
  readonly publicUrl: () => string;
}

export type BridgeKinds = { readonly [K in BridgedKind]?: BridgeKind<K> };

/** Every kind of participant that this hub can reach: a new one is one folder and one line here. */
export const bridgeKinds = (parts: BridgeParts): BridgeKinds => ({
  a2aAgent: new A2aBridge({
    egress: parts.egress,
    credentials: parts.credentials,
    keyOrigins: parts.agentKeyOrigins,
  }),
  externalAI: new ExternalAI(parts.services, parts.egress),
  localAgent: new ThreadedAgents(parts.agents, parts.printer),
  openFloor: openFloorBridge(parts.egress, parts.publicUrl),
});
