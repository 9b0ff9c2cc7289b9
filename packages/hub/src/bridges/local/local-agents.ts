import type { Agent, RunAgentOptions } from '@parley/client';
import type { ParticipationParts } from '../participation.ts';
import { takePart } from '../participation.ts';

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

const CATCH_UP_EVENTS = 100;

/**
 * LA-1: agents in the hub's own process. Each is a client like any other, over the in-process channel and
 * with a token of its own, so it has no privileges; a failure of one is told and never leaves this file.
 */
export class LocalAgents {
  readonly #parts: ParticipationParts;
  readonly #running = new Set<RegisteredAgent>();

  constructor(parts: ParticipationParts) {
    this.#parts = parts;
  }

  register(agent: Agent, options: RegisterOptions): RegisteredAgent {
    const { conversation, catchUp, displayName, subject, capabilities, topics, ...running } = options;
    const stopping = new AbortController();
    const joined = Promise.withResolvers<string>();
    // Whoever does not ask whether it joined need not catch that it did not: `onError` is told as well.
    joined.promise.catch(() => undefined);
    const finished = takePart(
      this.#parts,
      agent,
      {
        conversation,
        token: { subject: subject ?? `local-${agent.name}`, kind: 'localAgent' },
        client: 'parley-local-agent',
        join: {
          displayName: displayName ?? agent.name,
          catchUp: { last: catchUp ?? CATCH_UP_EVENTS },
          ...(capabilities === undefined ? {} : { capabilities }),
          ...(topics === undefined ? {} : { topics }),
        },
        ...running,
      },
      stopping.signal,
      joined.resolve,
    ).then(
      () => joined.reject(new Error('the agent was stopped before it had joined')),
      (error: unknown) => joined.reject(error),
    );
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
}
