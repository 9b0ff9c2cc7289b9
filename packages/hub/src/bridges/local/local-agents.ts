import type { Agent, RunAgentOptions, TransportFactory } from '@parley/client';
import { connect, isParleyError, runAgent } from '@parley/client';
import type { Millis } from '@parley/core';
import type { Clock } from '../../ports/clock.ts';

/** How an agent of the host application takes part. */
export interface RegisterOptions extends Pick<
  RunAgentOptions,
  'request' | 'onError' | 'answerMs' | 'backoff'
> {
  readonly conversation: string;
  /** The agent's name where left out. */
  readonly displayName?: string;
  readonly capabilities?: readonly string[];
  readonly topics?: readonly string[];
  /** How many events it is given on joining; 100 where left out. */
  readonly catchUp?: number;
  /** Who it is for the hub, the same at every start; `local-` and its name where left out. */
  readonly subject?: string;
}

export interface RegisteredAgent {
  /** Resolves with the participant's id once it has joined; rejects when the hub refuses it for good. */
  readonly joined: Promise<string>;
  /** Resolves when it takes part no more: stopped, or the conversation has ended. */
  readonly finished: Promise<void>;
  /** Lets it give back the floor and go. */
  stop(): Promise<void>;
}

interface LocalAgentsParts {
  readonly transport: TransportFactory;
  readonly issueToken: (subject: string) => Promise<string>;
  readonly clock: Clock;
  /** Told every failure that an agent's life survives, and the one that ends it. */
  readonly failed: (agent: string, error: unknown) => void;
}

const RETRY_MS: Millis = 5_000;
const CATCH_UP_EVENTS = 100;

/**
 * LA-1: agents in the hub's own process. Each is a client like any other, over the in-process channel and
 * with a token of its own, so it has no privileges; a failure of one is told and never leaves this file.
 */
export class LocalAgents {
  readonly #parts: LocalAgentsParts;
  readonly #running = new Set<RegisteredAgent>();

  constructor(parts: LocalAgentsParts) {
    this.#parts = parts;
  }

  register(agent: Agent, options: RegisterOptions): RegisteredAgent {
    const stopping = new AbortController();
    const joined = Promise.withResolvers<string>();
    // Whoever does not ask whether it joined need not catch that it did not: `onError` is told as well.
    joined.promise.catch(() => undefined);
    const finished = this.#keepTaking(agent, options, stopping.signal, joined);
    const registered: RegisteredAgent = {
      joined: joined.promise,
      finished,
      stop: async () => {
        stopping.abort();
        await finished;
      },
    };
    this.#running.add(registered);
    void finished.then(() => this.#running.delete(registered));
    return registered;
  }

  /** Before the hub stops: every agent gives back what it holds. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running].map((agent) => agent.stop()));
  }

  /** An agent's life: it comes in, takes its turns, and comes back should anything throw it out. */
  async #keepTaking(
    agent: Agent,
    options: RegisterOptions,
    signal: AbortSignal,
    joined: PromiseWithResolvers<string>,
  ): Promise<void> {
    while (!signal.aborted) {
      try {
        if (await this.#takePart(agent, options, signal, joined.resolve)) return;
      } catch (error) {
        if (signal.aborted) break;
        this.#tell(agent, options, error);
        if (isParleyError(error) && REFUSED_FOR_GOOD.has(error.code)) {
          joined.reject(error);
          return;
        }
      }
      await this.#pause(RETRY_MS, signal);
    }
    joined.reject(new Error('the agent was stopped before it had joined'));
  }

  /** True when there is nothing to come back to. */
  async #takePart(
    agent: Agent,
    { conversation, catchUp, displayName, subject, ...options }: RegisterOptions,
    signal: AbortSignal,
    joined: (participant: string) => void,
  ): Promise<boolean> {
    const token = await this.#parts.issueToken(subject ?? `local-${agent.name}`);
    // Not ended by `signal`: the floor is to be given back first.
    const connection = await connect(this.#parts.transport, {
      token,
      client: 'parley-local-agent',
      onError: (error) => this.#tell(agent, options, error),
    });
    try {
      const room = await connection.join(conversation, {
        kind: 'localAgent',
        displayName: displayName ?? agent.name,
        catchUp: { last: catchUp ?? CATCH_UP_EVENTS },
        ...(options.capabilities === undefined ? {} : { capabilities: options.capabilities }),
        ...(options.topics === undefined ? {} : { topics: options.topics }),
      });
      joined(room.me);
      await runAgent(room, agent, {
        signal,
        onError: (error) => this.#tell(agent, options, error),
        // How often it may fail, and how long it is then left out, is the conversation's to say (DG-3).
        maxFailures: Number.POSITIVE_INFINITY,
        ...(options.request === undefined ? {} : { request: options.request }),
        ...(options.answerMs === undefined ? {} : { answerMs: options.answerMs }),
        ...(options.backoff === undefined ? {} : { backoff: options.backoff }),
      });
      return signal.aborted || room.view.status === 'ended' || room.view.status === 'archived';
    } finally {
      await connection.close();
    }
  }

  #tell(agent: Agent, { onError }: Pick<RegisterOptions, 'onError'>, error: unknown): void {
    this.#parts.failed(agent.name, error);
    onError?.(error);
  }

  #pause(ms: Millis, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = this.#parts.clock.after(ms, end);
      signal.addEventListener('abort', end, { once: true });
    });
  }
}

/** Trying again would get the same answer. */
const REFUSED_FOR_GOOD: ReadonlySet<string> = new Set([
  'auth.forbidden',
  'not_found',
  'conversation.ended',
  'request.invalid',
]);
