import type { NotificationFailure, NotificationKind, ParticipantId } from '@parley/core';
import { HUB } from '@parley/core';
import type { Egress } from '../egress/egress.ts';
import { EgressError } from '../egress/egress-error.ts';
import type { Commit, Conversations } from '../host/submission.ts';
import type { Clock } from '../ports/clock.ts';
import { AttemptQueue } from './attempt-queue.ts';
import type { Attempt } from './notice.ts';
import { noticeOf } from './notice.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';
import { signatureHeaders } from './webhook-secrets.ts';

export interface WebhookMetrics {
  /** What came of one attempt; `dropped` where too many waited, and the next attempt has to do. */
  readonly attempted?: (kind: NotificationKind, outcome: Outcome | 'dropped') => void;
}

export interface WebhookCallerOptions {
  readonly conversations: Conversations;
  readonly egress: Egress;
  readonly secrets: WebhookSecrets;
  readonly clock: Clock;
  readonly logger: { warn(details: object, message: string): void };
  readonly metrics?: WebhookMetrics;
  /** Where people reach the console, without a slash at the end; null where nobody said. */
  readonly consoleUrl: string | null;
}

type Outcome = 'delivered' | NotificationFailure;
interface Result {
  readonly outcome: Outcome;
  readonly status?: number;
  /** The rest of the answer has been read, or cut off; until then the connection is in use. */
  readonly drained: Promise<void>;
}

/** Less than the pause before the second attempt, so that two attempts never overlap. */
const ANSWER_MS = 4_500;
/** Nothing in an answer but its status matters. */
const ANSWER_BYTES = 16 * 1024;

/**
 * Calls the webhooks of absent humans (PR-3). What is to be tried and when is the conversation's to say, in
 * its log: here each `notification.attempted` is carried out once, and what came of it is reported. So
 * nothing is lost when the hub ends in the middle, and no conversation ever waits for a webhook.
 */
export class WebhookCaller {
  readonly #options: WebhookCallerOptions;
  readonly #unsubscribe: () => void;
  readonly #queue = new AttemptQueue();
  readonly #running = new Map<string, Promise<void>>();
  #stopped = false;

  constructor(options: WebhookCallerOptions) {
    this.#options = options;
    this.#unsubscribe = options.conversations.subscribe((commit) => this.#watch(commit));
  }

  /** Attempts that are under way or wait for it. */
  get size(): number {
    return this.#queue.waiting + this.#running.size;
  }

  /** Takes up nothing more and waits for what is under way; cut it off by closing the egress first. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe();
    this.#queue.clear();
    await Promise.all(this.#running.values());
  }

  #watch(commit: Commit): void {
    for (const { type, json } of commit.events) {
      if (type !== 'notification.attempted') continue;
      const attempt = attemptIn(commit, json);
      if (attempt) this.#enqueue(attempt);
    }
  }

  #enqueue(attempt: Attempt): void {
    const key = `${attempt.conversation}/${attempt.notification}`;
    // Its last attempt has not come to an end: the receiver need not be asked twice at once.
    if (this.#running.has(key)) return;
    if (this.#queue.add(key, attempt)) this.#proceed();
    else this.#options.metrics?.attempted?.(attempt.kind, 'dropped');
  }

  #proceed(): void {
    for (let next = this.#queue.take(); next; next = this.#queue.take()) {
      const { key, attempt } = next;
      const done = this.#carryOut(attempt).finally(() => {
        this.#running.delete(key);
        this.#queue.done(attempt);
        if (!this.#stopped) this.#proceed();
      });
      this.#running.set(key, done);
    }
  }

  async #carryOut(attempt: Attempt): Promise<void> {
    const { conversation, kind } = attempt;
    try {
      const { drained, ...result } = await this.#call(attempt);
      await this.#report(attempt, result);
      this.#options.metrics?.attempted?.(kind, result.outcome);
      await drained;
    } catch (error) {
      if (this.#stopped) return;
      // Neither the address nor what was read is for the log. The next attempt is due in any case.
      const code = error instanceof Error && 'code' in error ? error.code : 'internal';
      this.#options.logger.warn({ conversation, code }, 'a webhook could not be called');
    }
  }

  async #call(attempt: Attempt): Promise<Result> {
    const { conversations, egress, secrets, clock, consoleUrl } = this.#options;
    const { conversation, notification, url } = attempt;
    const body = await noticeOf(conversations, attempt, consoleUrl);
    const id = `${conversation}_${notification}`;
    const timestamp = Math.floor(clock.now() / 1_000);
    const secret = secrets.secretFor(attempt);
    try {
      const response = await egress.fetch('webhook', url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...signatureHeaders(secret, { id, timestamp, body }),
        },
        body,
        maxBytes: ANSWER_BYTES,
        timeoutMs: ANSWER_MS,
      });
      const { ok, status } = response;
      const drained = drain(response);
      if (ok) return { outcome: 'delivered', drained };
      return { outcome: status === 410 ? 'endpoint.gone' : 'endpoint.refused', status, drained };
    } catch (error) {
      if (!(error instanceof EgressError) || error.reason === 'cancelled') throw error;
      const blocked = error.code === 'endpoint.blocked';
      return {
        outcome: blocked ? 'endpoint.blocked' : 'endpoint.unreachable',
        drained: Promise.resolve(),
      };
    }
  }

  async #report(
    { conversation, participant, notification, attempt }: Attempt,
    result: Omit<Result, 'drained'>,
  ): Promise<void> {
    const outcome = await this.#options.conversations.submit(conversation, {
      op: 'notification.report',
      data: { participant, notification, attempt, ...result },
      author: HUB,
    });
    if (outcome.ok || this.#stopped) return;
    const { code } = outcome.rejection;
    this.#options.logger.warn({ conversation, code }, 'what came of a webhook could not be written');
  }
}

/** Null where it was called off in the same batch. */
function attemptIn({ conversation, state }: Commit, json: string): Attempt | null {
  const { data } = JSON.parse(json) as {
    data: { participant: ParticipantId; notification: string; attempt: number };
  };
  const webhook = state.webhooks[data.participant];
  const pending = webhook?.pending.find(({ id }) => id === data.notification);
  if (!webhook || !pending) return null;
  const { kind, about, since } = pending;
  return { conversation, ...data, kind, about, since, url: webhook.url, state };
}

/** An answer that was read to its end leaves a connection that can be used again (CN-4). */
async function drain(response: Response): Promise<void> {
  try {
    await response.arrayBuffer();
  } catch (error) {
    // Too long or too slow: the status was all that mattered, and the connection is closed by now.
    if (!(error instanceof EgressError)) throw error;
  }
}
