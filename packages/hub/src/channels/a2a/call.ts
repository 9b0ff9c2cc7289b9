import type { AgentCard } from '@a2a-js/sdk';
import type { A2ARequestHandler } from '@a2a-js/sdk/server';
import type { ConversationId } from '@parley/core';
import type { Caller } from '../../sessions/caller.ts';

/** One call on an A2A endpoint, whatever its binding and the protocol's version. */
export interface A2aCall {
  /** Null for nobody, which there is only under `--open`. */
  readonly caller: Caller | null;
  readonly address: string;
  /** Of the endpoint's address; null at one that is for all conversations. */
  readonly conversation: ConversationId | null;
  /** Aborted when the client has gone or the hub stops. */
  readonly closed: AbortSignal;
  /** Counts it among the open connections while it waits; refuses with `rate.limited`. Returns how to end that. */
  readonly enter: () => () => void;
}

/** What answers on an endpoint. */
export interface A2aBackend {
  /** Whether peers that speak 0.3 are answered too. */
  readonly legacy: boolean;
  /** Null where the caller may not know of what is there. */
  card(call: Pick<A2aCall, 'caller' | 'conversation'>): Promise<AgentCard | null>;
  handler(call: A2aCall): A2ARequestHandler;
}
