import type { ConversationId, Millis } from '@parley/core';
import { pause } from '../bridges/pause.ts';
import type { Logger } from '../host/options.ts';
import type { Conversations, Outcome, Submission } from '../host/submission.ts';
import type { Clock } from '../ports/clock.ts';

/** A log that cannot be written heals, or an operator sees to it. */
const RETRY_MS: Millis = 5_000;
const PASSING: ReadonlySet<string> = new Set(['storage.unavailable', 'storage.full', 'hub.overloaded']);

/**
 * Has conversations record what became of their bridges. What a log cannot take now, such as that a budget is
 * spent, must not be forgotten, for after a restart nothing else tells of it: it is tried again until it is
 * recorded, or something newer is to be said of the same bridge. One thing waits for each bridge at most.
 */
export class Telling {
  readonly #conversations: Pick<Conversations, 'submit'>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  /** The newest that is to be said, until it is said. */
  readonly #newest = new Map<string, Submission>();

  constructor(conversations: Pick<Conversations, 'submit'>, clock: Clock, logger: Logger) {
    this.#conversations = conversations;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** In the order in which it is called for each bridge; of what waits, only the newest. */
  tell(conversation: ConversationId, bridge: string, submission: Submission): void {
    // Ids have no slash.
    const key = `${conversation}/${bridge}`;
    const isUnderWay = this.#newest.has(key);
    this.#newest.set(key, submission);
    if (!isUnderWay) void this.#untilTold(conversation, key);
  }

  /** Nothing is tried again. */
  stop(): void {
    this.#stopping.abort();
  }

  async #untilTold(conversation: ConversationId, key: string): Promise<void> {
    for (let refused: string | null = null; ;) {
      const submission = this.#newest.get(key)!;
      const outcome = await this.#submit(conversation, submission);
      const code = outcome === null || outcome.ok ? null : outcome.rejection.code;
      // The same refusal again is no news.
      if (code !== null && code !== refused) {
        this.#logger.warn({ conversation, op: submission.op, code }, 'not recorded');
      }
      refused = code;
      const again = code !== null && PASSING.has(code);
      if (again) await pause(this.#clock, RETRY_MS, this.#stopping.signal);
      const isOver = again ? this.#stopping.signal.aborted : this.#newest.get(key) === submission;
      if (!isOver) continue;
      this.#newest.delete(key);
      return;
    }
  }

  /** Null where the hub itself failed. */
  async #submit(conversation: ConversationId, submission: Submission): Promise<Outcome | null> {
    try {
      return await this.#conversations.submit(conversation, submission);
    } catch (error) {
      this.#logger.error({ conversation, err: error }, 'a conversation could not be told');
      return null;
    }
  }
}
