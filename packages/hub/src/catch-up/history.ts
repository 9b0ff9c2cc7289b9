import type { ConversationId, State } from '@parley/core';
import { HUB } from '@parley/core';
import type { Summaries } from '../delivery/summaries.ts';
import type { Logger } from '../host/options.ts';
import type { Conversations } from '../host/submission.ts';

/** Conversations that are summed up at once: this is work for later, and leaves room for the present. */
const AT_ONCE = 2;
/** Conversations that wait for it. One that finds no room is found again by its next commit. */
const WAITING_MAX = 1_000;

/**
 * Records a summary in each conversation that asks for it (`history.summaryEvery`), of what everybody may
 * read. Whether one is due stands in the state, so that nothing is forgotten with a restart.
 */
export class History {
  readonly #conversations: Conversations;
  readonly #summaries: Summaries;
  readonly #logger: Logger;
  readonly #waiting = new Set<ConversationId>();
  readonly #running = new Map<ConversationId, Promise<void>>();
  readonly #unsubscribe: () => void;
  #stopped = false;

  constructor(conversations: Conversations, summaries: Summaries, logger: Logger) {
    this.#conversations = conversations;
    this.#summaries = summaries;
    this.#logger = logger;
    this.#unsubscribe = conversations.subscribe(({ conversation, state }) => {
      if (isDue(state)) this.#wait(conversation);
    });
  }

  /** Resolves when what has begun is over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe();
    this.#waiting.clear();
    await Promise.all(this.#running.values());
  }

  #wait(conversation: ConversationId): void {
    if (this.#running.has(conversation) || this.#waiting.size >= WAITING_MAX) return;
    this.#waiting.add(conversation);
    this.#next();
  }

  #next(): void {
    for (const conversation of this.#waiting) {
      if (this.#stopped || this.#running.size >= AT_ONCE) return;
      this.#waiting.delete(conversation);
      const work = this.#record(conversation)
        .catch((error: unknown) => {
          this.#logger.warn({ conversation, err: error }, 'a conversation could not be summed up');
        })
        .finally(() => {
          this.#running.delete(conversation);
          this.#next();
        });
      this.#running.set(conversation, work);
    }
  }

  async #record(conversation: ConversationId): Promise<void> {
    const state = await this.#conversations.state(conversation);
    if (!state || !isDue(state)) return;
    const summary = await this.#summaries.forAll(state);
    if (!summary || this.#stopped) return;
    const outcome = await this.#conversations.submit(conversation, {
      op: 'summary.record',
      data: summary,
      author: HUB,
    });
    if (!outcome.ok) {
      this.#logger.warn({ conversation, code: outcome.rejection.code }, 'a summary was not recorded');
    }
  }
}

/** In a log from before there were summaries, the setting is missing, which is no number. */
const isDue = ({ status, config: { history }, context }: State): boolean =>
  status === 'active' && history.summaryEvery > 0 && context.unsummarised >= history.summaryEvery;
