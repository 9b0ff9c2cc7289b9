import type { BridgedKind } from '@parley/core';
import type { Egress } from '../egress/egress.ts';
import type { BridgeKind } from './bridge.ts';
import { openFloorBridge } from './open-floor/open-floor.ts';

/** Every kind of participant that this hub can reach: a new one is one folder and one line here. */
export type BridgeKinds = { readonly [K in BridgedKind]?: BridgeKind<K> };

export interface BridgeKindParts {
  readonly egress: Egress;
  /** Under which people reach the hub, without a slash at the end. */
  readonly publicUrl: () => string;
}

export const bridgeKinds = ({ egress, publicUrl }: BridgeKindParts): BridgeKinds => ({
  openFloor: openFloorBridge(egress, publicUrl),
});
