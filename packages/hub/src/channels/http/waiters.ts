import type { ConversationId, Millis } from '@parley/core';
import type { Commit, Conversations } from '../../host/submission.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Membership } from '../../sessions/membership.ts';

type Wake = (commit: Commit | null) => void;

/** Calls that wait for something to happen in a conversation. One listener serves all of them. */
export class Waiters {
  readonly #clock: Clock;
  readonly #waiting = new Map<ConversationId, Set<Wake>>();
  readonly #unsubscribe: () => void;

  constructor(conversations: Conversations, clock: Clock) {
    this.#clock = clock;
    this.#unsubscribe = conversations.subscribe((commit) => {
      for (const wake of this.#waiting.get(commit.conversation) ?? []) wake(commit);
    });
  }

  /** How many wait. */
  get size(): number {
    let size = 0;
    for (const wakes of this.#waiting.values()) size += wakes.size;
    return size;
  }

  /**
   * Resolves with the next commit of the conversation that `matters`, or with null after `ms` or when
   * aborted. It listens from the moment of the call, so whoever reads afterwards misses nothing.
   */
  next(
    conversation: ConversationId,
    ms: Millis,
    signal: AbortSignal,
    matters: (commit: Commit) => boolean,
  ): Promise<Commit | null> {
    const { promise, resolve } = Promise.withResolvers<Commit | null>();
    if (signal.aborted) return Promise.resolve(null);
    const done = (commit: Commit | null): void => {
      remove();
      cancel();
      signal.removeEventListener('abort', aborted);
      resolve(commit);
    };
    const wake: Wake = (commit) => {
      if (commit === null || matters(commit)) done(commit);
    };
    const aborted = (): void => done(null);
    const cancel = this.#clock.after(ms, aborted);
    signal.addEventListener('abort', aborted);
    const remove = this.#add(conversation, wake);
    return promise;
  }

  /** Calls `heard` with every commit of the conversation from now on. Returns how to stop. */
  listen(conversation: ConversationId, heard: (commit: Commit) => void): () => void {
    return this.#add(conversation, (commit) => {
      if (commit) heard(commit);
    });
  }

  /**
   * Aborted when the membership ends, whatever connects the participant, and with `closed`: whoever has left
   * is told no more (RT-7).
   */
  endOf({ conversation, participant }: Membership, closed: AbortSignal): AbortSignal {
    const ended = new AbortController();
    const remove = this.listen(conversation, ({ events, state }) => {
      if (!events.some(({ type }) => type === 'participant.left')) return;
      if (!Object.hasOwn(state.participants, participant)) ended.abort();
    });
    const over = AbortSignal.any([closed, ended.signal]);
    if (over.aborted) remove();
    else over.addEventListener('abort', remove, { once: true });
    return over;
  }

  stop(): void {
    this.#unsubscribe();
    for (const wakes of this.#waiting.values()) for (const wake of [...wakes]) wake(null);
  }

  #add(conversation: ConversationId, wake: Wake): () => void {
    const wakes = this.#waiting.get(conversation) ?? new Set<Wake>();
    this.#waiting.set(conversation, wakes);
    wakes.add(wake);
    return () => {
      wakes.delete(wake);
      if (wakes.size === 0 && this.#waiting.get(conversation) === wakes) this.#waiting.delete(conversation);
    };
  }
}
