import type { ConversationId, Op, Seq, State } from '@parley/core';
import type { Commit, Conversations, EventPage, Outcome, Submission } from '../host/submission.ts';

/** Counts the commands that have no outcome yet, so that a queue that grows can be seen. */
export class InFlight implements Conversations {
  readonly #conversations: Conversations;
  #waiting = 0;

  constructor(conversations: Conversations) {
    this.#conversations = conversations;
  }

  get waiting(): number {
    return this.#waiting;
  }

  async submit<O extends Op>(conversation: ConversationId, submission: Submission<O>): Promise<Outcome> {
    this.#waiting += 1;
    try {
      return await this.#conversations.submit(conversation, submission);
    } finally {
      this.#waiting -= 1;
    }
  }

  state(conversation: ConversationId): Promise<State | null> {
    return this.#conversations.state(conversation);
  }

  readEvents(
    conversation: ConversationId,
    after: Seq,
    limits: { limit: number; maxBytes: number },
  ): Promise<EventPage> {
    return this.#conversations.readEvents(conversation, after, limits);
  }

  subscribe(listener: (commit: Commit) => void): () => void {
    return this.#conversations.subscribe(listener);
  }
}
