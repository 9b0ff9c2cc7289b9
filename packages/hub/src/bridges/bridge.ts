import type { Agent } from '@parley/client';
import type { Bridge, BridgedKind, BridgeProblem, ConversationId, Millis } from '@parley/core';
import type { BridgeSettings } from '@parley/protocol';
import type { Clock } from '../ports/clock.ts';

/**
 * How the hub reaches one kind of participant. The only thing that a bridge makes is an {@link Agent}, which
 * takes its turns as a client like any other: it has no privileges, and no way around the floor.
 */
export interface BridgeKind<K extends BridgedKind = BridgedKind> {
  readonly kind: K;
  /**
   * Makes contact. Called again after a pause as long as it rejects: with a {@link BridgeError} that moderators
   * are to be told of, or anything else, which is a fault of the hub's.
   */
  open(request: BridgeRequest<K>): Promise<Reached>;
}

export interface BridgeRequest<K extends BridgedKind = BridgedKind> {
  readonly conversation: ConversationId;
  readonly bridge: Bridge;
  readonly settings: BridgeSettings<K>;
  readonly clock: Clock;
  /** Aborted when the bridge is removed, the conversation is over or the hub stops. */
  readonly signal: AbortSignal;
  readonly metrics: BridgeMetrics;
  /** For what happens between turns; null when it is well again. Repeated reports are one. */
  report(problem: BridgeProblem | null): void;
  /** For the hub's log: what a report has no words for, and nobody else is told. */
  failed(error: unknown): void;
}

/** A participant that can be reached, before it joins. */
export interface Reached {
  readonly agent: Agent;
  /** What the others are told of it; set by the hub, never by the participant (HU-3). */
  readonly profile: BridgedProfile;
  /** Left out where it can always be called. */
  readonly readiness?: Readiness;
  /** What keeps it from taking turns although it was reached, such as a budget that was spent before. */
  readonly problem?: BridgeProblem | null;
  /** Gives back connections, threads, timers. Bounded in time; never rejects. */
  close(): Promise<void>;
}

/**
 * When a participant can be called. The floor is not asked for before: whoever holds it without being able to
 * speak keeps the others waiting. A turn that cannot be had after all ends with `Postponed`.
 */
export interface Readiness {
  /** How long until it can be called, as far as is known now; 0 for at once, null for never. */
  readonly readyInMs: () => Millis | null;
}

export interface BridgedProfile {
  readonly capabilities?: readonly string[];
  readonly model?: string;
  readonly owner?: string;
  /** A signature of the participant's own was checked. */
  readonly verified?: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Why somebody cannot be reached, in words that moderators may read. */
export class BridgeError extends Error {
  override readonly name = 'BridgeError';
  readonly code: 'agent.unreachable' | 'endpoint.blocked' | 'request.invalid';
  /** Trying again will give the same answer. */
  readonly final: boolean;

  constructor(
    code: BridgeError['code'],
    message: string,
    options: { final?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.final = options.final ?? code !== 'agent.unreachable';
  }
}

/** What calls of participants cost, for the hub's metrics. */
export interface BridgeMetrics {
  /** A call of a model or a remote agent has ended. */
  called(
    kind: BridgedKind,
    purpose: 'turn' | 'bid' | 'card' | 'task',
    outcome: 'ok' | 'failed' | 'aborted',
  ): void;
  /** A turn that a bridged participant was granted has ended. */
  turn(kind: BridgedKind): void;
  /** A call that was not made because the floor could not be had, or was not wanted. */
  spared(kind: BridgedKind): void;
  /** What a call of a model took. `cost` where the operator gave prices. */
  spent(
    kind: BridgedKind,
    tokens: { readonly input: number; readonly output: number },
    cost: { readonly value: number; readonly currency: string } | null,
  ): void;
}
