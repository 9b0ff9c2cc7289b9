import type { BridgedKind } from '@parley/core';
import type { BoundCredentials, Egress } from '../egress/egress.ts';
import { A2aBridge } from './a2a/a2a.ts';
import type { BridgeKind } from './bridge.ts';

/** What the hub has for reaching participants. */
export interface BridgeParts {
  readonly egress: Egress;
  /** Credentials of the operator's, by the name that a bridge's settings give. */
  readonly credentials: ReadonlyMap<string, BoundCredentials>;
  /** Origins whose keys may sign the cards of agents. */
  readonly agentKeyOrigins: readonly string[];
}

export type BridgeKinds = { readonly [K in BridgedKind]?: BridgeKind<K> };

/** Every kind of participant that this hub can reach: a new one is one folder and one line here. */
export function bridgeKinds({ egress, credentials, agentKeyOrigins }: BridgeParts): BridgeKinds {
  return {
    a2aAgent: new A2aBridge({ egress, credentials, keyOrigins: agentKeyOrigins }),
  };
}
