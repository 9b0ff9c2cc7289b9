import type { Instant, State } from '@parley/core';
import type { Logger } from './options.ts';
import type { Outcome, Submission } from './submission.ts';

/** A command in a mailbox, and everybody who waits for its outcome. */
export class Pending {
  readonly submission: Submission;
  readonly receivedAt: Instant;
  /** Settles with the outcome of the first hand-in. */
  readonly outcome: Promise<Outcome>;
  /** How often it was decided in vain, because somebody else wrote in between. */
  conflicts = 0;
  #done = false;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #logger: Logger;
  readonly #repeats: { submission: Submission; resolve: (outcome: Outcome) => void }[] = [];

  constructor(submission: Submission, receivedAt: Instant, logger: Logger) {
    this.submission = submission;
    this.receivedAt = receivedAt;
    this.#logger = logger;
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.outcome = promise;
    this.#resolve = resolve;
  }

  /** The same command again, while the first has no outcome yet: both get the same one. */
  join(submission: Submission): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.#repeats.push({ submission, resolve });
    return promise;
  }

  get done(): boolean {
    return this.#done;
  }

  settle(outcome: Outcome, state: State | null): void {
    this.#done = true;
    const repeated = outcome.ok ? { ...outcome, duplicate: true } : outcome;
    tell(this.submission, outcome, state, this.#logger);
    this.#resolve(outcome);
    for (const { submission, resolve } of this.#repeats) {
      tell(submission, repeated, state, this.#logger);
      resolve(repeated);
    }
  }
}

/** Calls `onSettled`; a listener that throws harms nobody else. */
export function tell(submission: Submission, outcome: Outcome, state: State | null, logger: Logger): void {
  try {
    submission.onSettled?.(outcome, state);
  } catch (error) {
    logger.error({ op: submission.op, err: error }, 'a listener for an outcome failed');
  }
}
