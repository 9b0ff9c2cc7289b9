import { isParleyError } from '@parley/client';
import { participantKindOf } from '@parley/core';
import type { Bridge, BridgeProblem, BridgedKind, ConversationId } from '@parley/core';
import type { BridgeSettings } from '@parley/protocol';
import { BridgeError } from './bridge.ts';
import type { BridgeKind, BridgeMetrics, Reached, Readiness } from './bridge.ts';
import { EngagedAgent } from './engaged-agent.ts';
import type { ParticipationParts } from './participation.ts';
import { takePart } from './participation.ts';
import { pause } from './pause.ts';

export interface SupervisorParts extends ParticipationParts {
  /** How each kind is reached; what is missing here cannot be reached by this hub. */
  readonly kinds: { readonly [K in BridgedKind]?: BridgeKind<K> };
  readonly metrics: BridgeMetrics;
  /** Tells the conversation's moderators what keeps a bridge from working; null when it works. */
  readonly report: (conversation: ConversationId, bridge: string, problem: BridgeProblem | null) => void;
  /** A moderator removed the participant, so the bridge is not wanted any more. */
  readonly removed: (conversation: ConversationId, bridge: string) => void;
}

/** Pauses between attempts to reach somebody: doubled each time up to the longest. */
const RETRY_MS = 1_000;
const RETRY_MAX_MS = 60_000;
/** So much of what was said comes along when it joins, so that it knows what it is about. */
const CATCH_UP_EVENTS = 200;

/**
 * Keeps a running client for each bridge that a conversation wants. What is wanted is in the conversation's
 * log: a hub that starts again finds it there, as does the next owner of a conversation.
 */
export class BridgeSupervisor {
  readonly #parts: SupervisorParts;
  readonly #running = new Map<string, RunningBridge>();
  /** What each conversation wanted when it was last looked at. */
  readonly #wanted = new Map<ConversationId, readonly Bridge[]>();
  #stopped = false;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
  }

  /** Bridges that are up, being tried, or given up until they are removed. */
  get size(): number {
    return this.#running.size;
  }

  /** Called after every commit of a conversation; does nothing unless its bridges have changed. */
  observe(conversation: ConversationId, bridges: readonly Bridge[], over: boolean): void {
    const wanted = over ? [] : bridges;
    const before = this.#wanted.get(conversation);
    if (this.#stopped || before === wanted || (before === undefined && wanted.length === 0)) return;
    if (wanted.length === 0) this.#wanted.delete(conversation);
    else this.#wanted.set(conversation, wanted);
    for (const { bridge } of before ?? []) {
      if (!wanted.some((each) => each.bridge === bridge)) this.#end(conversation, bridge);
    }
    for (const bridge of wanted) {
      const name = nameOf(conversation, bridge.bridge);
      if (bridge.status !== 'active' || this.#running.has(name)) continue;
      this.#running.set(name, new RunningBridge(this.#parts, conversation, bridge));
    }
  }

  /** Before the hub stops: all give back what they hold, and stay members to come back to. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#running.values()].map((running) => running.stop(false)));
  }

  #end(conversation: ConversationId, bridge: string): void {
    const name = nameOf(conversation, bridge);
    const running = this.#running.get(name);
    void running?.stop(true).then(() => this.#running.delete(name));
  }
}

const ALWAYS: Readiness = { readyInMs: () => 0 };

/** Ids have no slash. */
const nameOf = (conversation: ConversationId, bridge: string): string => `${conversation}/${bridge}`;

const problemOf = (error: unknown): BridgeProblem =>
  isParleyError(error)
    ? { code: error.code, message: error.message }
    : { code: 'internal', message: 'The hub failed to run this bridge.' };

class RunningBridge {
  readonly #parts: SupervisorParts;
  readonly #conversation: ConversationId;
  readonly #bridge: Bridge;
  readonly #stopping = new AbortController();
  readonly #finished: Promise<void>;
  #leaves = false;
  #reported: BridgeProblem | null;

  constructor(parts: SupervisorParts, conversation: ConversationId, bridge: Bridge) {
    this.#parts = parts;
    this.#conversation = conversation;
    this.#bridge = bridge;
    this.#reported = bridge.problem;
    this.#finished = this.#run();
  }

  async stop(leaves: boolean): Promise<void> {
    this.#leaves = leaves;
    this.#stopping.abort();
    await this.#finished;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let waitMs = RETRY_MS; !signal.aborted; waitMs = Math.min(waitMs * 2, RETRY_MAX_MS)) {
      try {
        const reached = await this.#open();
        try {
          this.#report(reached.problem ?? null);
          await this.#takePart(reached);
          return;
        } finally {
          await reached.close();
        }
      } catch (error) {
        if (signal.aborted) return;
        const final = this.#fail(error);
        if (final) return;
      }
      await pause(this.#parts.clock, waitMs, signal);
    }
  }

  #open(): Promise<Reached> {
    const { kind, settings } = this.#bridge;
    const known = this.#parts.kinds[kind] as BridgeKind | undefined;
    if (!known)
      throw new BridgeError('request.invalid', `This hub cannot reach participants of kind ${kind}.`);
    return known.open({
      conversation: this.#conversation,
      bridge: this.#bridge,
      settings: settings as BridgeSettings,
      clock: this.#parts.clock,
      signal: this.#stopping.signal,
      metrics: this.#parts.metrics,
      report: (problem) => this.#report(problem),
      failed: (error) => this.#parts.failed(this.#bridge.displayName, error),
    });
  }

  async #takePart({ agent, profile, readiness }: Reached): Promise<void> {
    const { bridge, kind, displayName, engagement, roles, topics, interests } = this.#bridge;
    const { capabilities, metadata, ...described } = profile;
    // What kept it from taking turns when it was last in, such as a budget that is spent.
    let before: { readonly problem: BridgeProblem | null } | null = null;
    const engaged = new EngagedAgent(agent, engagement, {
      clock: this.#parts.clock,
      readiness: readiness ?? ALWAYS,
      spared: () => this.#parts.metrics.spared(kind),
      onError: (error) => this.#parts.failed(displayName, error),
    });
    await takePart(
      this.#parts,
      engaged,
      {
        conversation: this.#conversation,
        token: {
          subject: `bridge-${this.#conversation}-${bridge}`,
          kind: participantKindOf(kind),
          ...described,
        },
        client: 'parley-bridge',
        join: {
          displayName,
          catchUp: { last: CATCH_UP_EVENTS },
          metadata: { ...metadata, bridge },
          ...(capabilities === undefined ? {} : { capabilities }),
          ...(roles === undefined ? {} : { roles }),
          ...(topics === undefined ? {} : { topics }),
          ...(interests === undefined ? {} : { interests }),
        },
        leaves: () => this.#leaves,
        removed: () => this.#parts.removed(this.#conversation, bridge),
        out: (error) => {
          before ??= { problem: this.#reported };
          this.#report(problemOf(error));
        },
      },
      this.#stopping.signal,
      () => {
        if (before) this.#report(before.problem);
        before = null;
      },
    );
  }

  /** True where trying again is of no use. */
  #fail(error: unknown): boolean {
    this.#parts.failed(this.#bridge.displayName, error);
    if (error instanceof BridgeError) {
      this.#report({ code: error.code, message: error.message });
      return error.final;
    }
    this.#report(problemOf(error));
    return isParleyError(error);
  }

  /** The same again is no news, and the log is not the place to say it twice. */
  #report(problem: BridgeProblem | null): void {
    if (JSON.stringify(problem) === JSON.stringify(this.#reported)) return;
    this.#reported = problem;
    this.#parts.report(this.#conversation, this.#bridge.bridge, problem);
  }
}
