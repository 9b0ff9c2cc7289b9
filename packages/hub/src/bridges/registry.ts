import type { BridgedKind } from '@parley/core';
import type { Egress } from '../egress/egress.ts';
import type { BridgeKind } from './bridge.ts';
import { ExternalAI } from './external-ai/external-ai.ts';
import type { Service } from './external-ai/services.ts';

/** Every kind of participant that this hub can reach: a new one is one folder and one line here. */
export type BridgeKinds = { readonly [K in BridgedKind]?: BridgeKind<K> };

export interface BridgeParts {
  readonly services: ReadonlyMap<string, Service>;
  readonly egress: Egress;
}

export const bridgeKinds = ({ services, egress }: BridgeParts): BridgeKinds => ({
  externalAI: new ExternalAI(services, egress),
});
