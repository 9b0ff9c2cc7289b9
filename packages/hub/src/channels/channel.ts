import type { FastifyInstance } from 'fastify';
import type { Millis } from '@parley/core';
import type { Tick } from '../delivery/tick.ts';
import type { JoinHandles } from '../sessions/join-handle.ts';
import type { SessionParts } from '../sessions/parts.ts';
import type { OriginPolicy } from './origins.ts';

/** A way in. Whatever its wire, it makes sessions or calls their verbs, and knows how to stop. */
export interface Channel {
  /** Open connections, for metrics. */
  readonly connections: number;
  /** Sent, but not read by the other side yet, over all connections. */
  readonly bufferedBytes: number;
  /** Takes nobody in any more and tells everybody to come back elsewhere or later (4503). */
  stop(): Promise<void>;
}

export interface ChannelSettings {
  readonly heartbeatMs: Millis;
  readonly helloMs: Millis;
  readonly pollLeaseMs: Millis;
  readonly callLeaseMs: Millis;
  /** Directory of the built console, where there is one. */
  readonly consoleDirectory: string | null;
  /** Under which people reach the hub, without a slash at the end. */
  readonly publicUrl: () => string;
  /** Tests only: an A2A agent that does what its messages' ids say. */
  readonly a2aScripted: boolean;
}

/** What a channel has to work with. */
export interface ChannelContext {
  readonly parts: SessionParts;
  readonly settings: ChannelSettings;
  /** The one port's server: channels add their routes, or listen for upgrades. */
  readonly server: FastifyInstance;
  readonly origins: OriginPolicy;
  /** Of channels without connections. */
  readonly handles: JoinHandles;
  /** Gathers what goes out in one turn of the event loop, over all connections. */
  readonly tick: Tick;
  readonly operations: Operations;
}

/** What the hub tells about itself. */
export interface Operations {
  readiness(): Readonly<Record<string, unknown>> & { readonly ready: boolean };
  metrics(): Promise<{ readonly type: string; readonly text: string }>;
  /** Whom moderators may bring in by name. */
  offers(): Offers;
}

export interface Offers {
  readonly services: readonly { readonly name: string; readonly provider: string; readonly model: string }[];
  readonly agents: readonly { readonly name: string }[];
}
