import type { ConversationId, Instant } from '@parley/core';
import type { EventLog } from '../ports/event-log.ts';
import type { HostTime } from './conversation-time.ts';
import { eachWithin } from './gate.ts';
import type { HostLimits, Logger } from './options.ts';

/** Rows of one look; more are fetched where all of these were looked at before. */
const PAGE = 256;
const PAGE_MAX = 16_384;

export interface ScannerTarget {
  isAwake(conversation: ConversationId): boolean;
  /** Wakes the conversation and lets whatever is due happen. */
  wakeFor(conversation: ConversationId): Promise<void>;
}

/**
 * Wakes sleeping conversations whose deadline has come. One timer for all of them: sleeping costs a row
 * in the log's index and no memory here (PR-4).
 */
export class DeadlineScanner {
  readonly #log: EventLog;
  readonly #time: HostTime;
  readonly #limits: HostLimits;
  readonly #logger: Logger;
  readonly #target: ScannerTarget;
  /** Rows that stayed although their conversation was woken for them, with what was due. */
  #lookedAt = new Map<ConversationId, Instant>();
  #cancel: (() => void) | null = null;
  #at: Instant = 0;
  #scanning: Promise<void> | null = null;
  #stopped = true;

  constructor(log: EventLog, time: HostTime, limits: HostLimits, logger: Logger, target: ScannerTarget) {
    this.#log = log;
    this.#time = time;
    this.#limits = limits;
    this.#logger = logger;
    this.#target = target;
  }

  start(): void {
    this.#stopped = false;
    this.#scan();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = null;
    await this.#scanning;
  }

  /** A conversation went to sleep with a deadline: looks no later than then. */
  expect(due: Instant): void {
    if (!this.#stopped && !this.#scanning && due < this.#at) this.#arm(due);
  }

  #arm(at: Instant): void {
    this.#cancel?.();
    this.#at = at;
    this.#cancel = this.#time.after(Math.max(0, at - this.#time.now()), () => this.#scan());
  }

  #scan(): void {
    this.#scanning ??= this.#look()
      .catch((error: unknown) => this.#logger.warn({ err: error }, 'deadlines could not be looked up'))
      .finally(() => {
        this.#scanning = null;
        if (!this.#stopped) this.#arm(this.#time.now() + this.#limits.scanEveryMs);
      });
  }

  async #look(): Promise<void> {
    for (let limit = PAGE; !this.#stopped;) {
      const rows = await this.#log.dueBefore(this.#time.now() + 1, limit);
      const fresh = rows.filter(
        ({ conversation, due }) =>
          this.#lookedAt.get(conversation) !== due && !this.#target.isAwake(conversation),
      );
      this.#lookedAt = new Map(
        rows
          .filter((row) => !this.#target.isAwake(row.conversation))
          .map(({ conversation, due }) => [conversation, due]),
      );
      await eachWithin(this.#limits.wakesAtOnce, fresh, ({ conversation }) =>
        this.#target.wakeFor(conversation),
      );
      if (rows.length < limit) return;
      if (fresh.length === 0 && limit === PAGE_MAX) return;
      if (fresh.length === 0) limit = Math.min(limit * 4, PAGE_MAX);
    }
  }
}
