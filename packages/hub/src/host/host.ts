import type { ConversationId, Op, Seq, State } from '@parley/core';
import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import { HostTime } from './conversation-time.ts';
import { DeadlineScanner } from './deadline-scanner.ts';
import type { Decider } from './decider.ts';
import { coreDecider } from './decider.ts';
import { eachWithin, Gate } from './gate.ts';
import type { HostContext } from './host-context.ts';
import type { Mailbox } from './mailbox.ts';
import type { HostLimits, HostMetrics, Logger } from './options.ts';
import { HOST_LIMITS, silent } from './options.ts';
import { tell } from './pending.ts';
import { overloaded, refusal } from './refusals.ts';
import { Residents } from './residents.ts';
import { tellAttended } from './restart.ts';
import type { Commit, Conversations, EventPage, Outcome, Submission } from './submission.ts';
import type { Turns } from './turns.ts';

export interface HostOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly logger?: Logger;
  readonly metrics?: HostMetrics;
  readonly limits?: Partial<HostLimits>;
  /** The conversation's rules; core's by default. */
  readonly decider?: Decider;
  /** Arrivals and the like: they wait for the commands of those who are here. */
  readonly turns?: Turns;
}

/** What arrivals and losses bring about goes before nothing: it has had its turn when it is handed in. */
const IN_TURN: ReadonlySet<Op> = new Set<Op>(['conversation.join', 'connection.restored', 'connection.lost']);

/** Runs conversations on a durable log: one mailbox for each that is awake, the others sleep in the log. */
export class Host implements Conversations {
  readonly #context: HostContext;
  readonly #residents: Residents;
  readonly #scanner: DeadlineScanner;
  readonly #listeners = new Set<(commit: Commit) => void>();
  readonly #turns: Turns | undefined;
  #stopping = false;
  #restarted: Promise<void> = Promise.resolve();

  constructor({
    log,
    clock,
    logger = silent,
    metrics = {},
    limits,
    decider = coreDecider,
    turns,
  }: HostOptions) {
    this.#turns = turns;
    const time = new HostTime(clock);
    const bounds = { ...HOST_LIMITS, ...limits };
    this.#context = {
      log,
      decider,
      time,
      limits: bounds,
      logger,
      metrics,
      wakes: new Gate(bounds.wakesAtOnce),
      publish: (commit) => this.#publish(commit),
      rested: (conversation) => this.#residents.dropIfNothing(conversation),
      wasRestarted: (conversation) => !this.#residents.leftAttended(conversation),
    };
    this.#scanner = new DeadlineScanner(log, time, bounds, logger, {
      isAwake: (conversation) => this.#residents.get(conversation) !== undefined,
      wakeFor: (conversation) => this.#wakeFor(conversation),
    });
    this.#residents = new Residents(this.#context, (due) => this.#scanner.expect(due));
  }

  /**
   * Resolves as soon as the log answers. Telling the members of attended conversations that the hub was
   * restarted goes on behind (see {@link restarted}); one that is asked for before its turn is told first.
   */
  async start(): Promise<void> {
    const { log, time, limits, logger } = this.#context;
    const first = await log.list({ attended: true }, { limit: limits.wakesAtOnce * 4 });
    this.#restarted = tellAttended(log, first, {
      width: limits.wakesAtOnce,
      stopped: () => this.#stopping,
      wakeFor: (conversation) => this.#wakeFor(conversation),
      pause: (error) => {
        logger.warn({ err: error }, 'attended conversations could not be listed');
        return new Promise((resolve) => time.after(limits.retryMaxMs, resolve));
      },
    });
    this.#residents.startSweeping();
    this.#scanner.start();
  }

  /** Every conversation that was attended when the hub ended has been told. */
  get restarted(): Promise<void> {
    return this.#restarted;
  }

  /** Conversations in memory. */
  get awake(): number {
    return this.#residents.size;
  }

  /** Refuses new commands, lets those in flight end, keeps snapshots. Bounded in time; the log stays open. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#residents.stopSweeping();
    const { stopMs, wakesAtOnce } = this.#context.limits;
    const mailboxes = [...this.#residents.all()];
    await this.#within(stopMs, Promise.all([this.#scanner.stop(), ...mailboxes.map((box) => box.settled())]));
    await this.#within(
      stopMs,
      eachWithin(wakesAtOnce, mailboxes, (mailbox) => mailbox.journal.saveSnapshot()),
    );
    for (const mailbox of this.#residents.all()) mailbox.dispose();
  }

  submit<O extends Op>(conversation: ConversationId, submission: Submission<O>): Promise<Outcome> {
    if (this.#stopping) return this.#refuse(submission, 'The hub is stopping.');
    const mailbox = this.#residents.wake(conversation);
    if (!mailbox) return this.#refuse(submission, 'Too many conversations are awake.');
    const outcome = mailbox.submit(submission);
    if (!IN_TURN.has(submission.op)) this.#turns?.precede(outcome);
    return outcome;
  }

  async state(conversation: ConversationId): Promise<State | null> {
    const mailbox = this.#residents.wake(conversation);
    if (!mailbox) throw new HostFullError();
    try {
      return await mailbox.state();
    } finally {
      this.#residents.dropIfNothing(conversation);
    }
  }

  async readEvents(
    conversation: ConversationId,
    after: Seq,
    limits: { limit: number; maxBytes: number },
  ): Promise<EventPage> {
    const { log } = this.#context;
    const journal = this.#residents.get(conversation)?.journal;
    const awakeHead = journal?.standing?.head.seq;
    const recent = awakeHead === undefined ? null : journal?.tail.read(after, awakeHead, limits);
    if (recent) return recent;
    const records = await log.read(conversation, after, limits);
    // Nothing is shown that has not been answered yet: what an awake conversation stands on is the head.
    const settled = journal?.standing?.head.seq ?? (await log.head(conversation))?.seq ?? 0;
    const events = records
      .flatMap((record) => record.events)
      .filter(({ seq }) => seq > after && seq <= settled)
      .slice(0, limits.limit);
    return { events, next: events.at(-1)?.seq ?? after, head: settled };
  }

  subscribe(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #publish(commit: Commit): void {
    for (const listener of this.#listeners) {
      try {
        listener(commit);
      } catch (error) {
        const { conversation } = commit;
        this.#context.logger.error({ conversation, err: error }, 'a listener for events failed');
      }
    }
  }

  async #wakeFor(conversation: ConversationId): Promise<void> {
    const mailbox: Mailbox | null = this.#stopping ? null : this.#residents.wake(conversation);
    mailbox?.prod();
    await mailbox?.settled();
  }

  #refuse(submission: Submission, message: string): Promise<Outcome> {
    const outcome = refusal(overloaded(message));
    this.#context.metrics.commandRejected?.(submission.op, outcome.rejection.code);
    tell(submission, outcome, null, this.#context.logger);
    return Promise.resolve(outcome);
  }

  async #within(ms: number, work: Promise<unknown>): Promise<void> {
    let cancel = (): void => undefined;
    const end = new Promise<void>((resolve) => (cancel = this.#context.time.after(ms, resolve)));
    await Promise.race([work, end]);
    cancel();
  }
}

/** Every place in memory is taken by a conversation that cannot be dropped now: `hub.overloaded`. */
export class HostFullError extends Error {
  override readonly name = 'HostFullError';
  readonly code = 'hub.overloaded';

  constructor() {
    super('too many conversations are awake');
  }
}
