import type { BridgedKind } from '@parley/core';
import type { BridgeKind } from './bridge.ts';

/** Every kind of participant that this hub can reach: a new one is one folder and one line here. */
export type BridgeKinds = { readonly [K in BridgedKind]?: BridgeKind<K> };
