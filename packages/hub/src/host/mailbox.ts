import type { ConversationId, Instant, State } from '@parley/core';
import { StorageError } from '../ports/event-log.ts';
import { answerFrom, Answers, conflict, nameOf } from './answers.ts';
import { ConversationTime } from './conversation-time.ts';
import { DeadlineTimer } from './deadline-timer.ts';
import type { HostContext } from './host-context.ts';
import type { Appended, RecordStep } from './journal.ts';
import { Journal } from './journal.ts';
import { Pending, tell } from './pending.ts';
import type { Step } from './plan.ts';
import { Planner } from './plan.ts';
import { overloaded, refusal, storageRefusal } from './refusals.ts';
import { Indexer } from './summary.ts';
import type { IdempotencyKey, Outcome, Submission } from './submission.ts';

/**
 * One awake conversation. Every command passes through its queue, in order:
 *
 * 1. everything that waits (up to `batchMax`) is decided, each command on what the one before it leads to;
 * 2. their records go to the log in that order, each naming the head that it follows, so that none of
 *    them can be stored without those before it;
 * 3. as each becomes durable, the standing moves on, the command is answered, its events are published.
 *
 * The next batch is decided when this one has ended. What follows a record that was not stored is decided
 * anew: no answer and no event ever comes from anything but the durable standing.
 */
export class Mailbox {
  readonly conversation: ConversationId;
  readonly journal: Journal;
  /** When somebody last wanted something of it. */
  lastUsed: Instant;
  readonly #host: HostContext;
  readonly #time: ConversationTime;
  readonly #planner: Planner;
  readonly #answers: Answers;
  readonly #timer: DeadlineTimer;
  readonly #inFlight = new Map<string, Pending>();
  #queue: Pending[] = [];
  #running: Promise<void> | null = null;
  #prodded = false;

  constructor(conversation: ConversationId, host: HostContext) {
    this.conversation = conversation;
    this.journal = new Journal(conversation, host);
    this.lastUsed = host.time.now();
    this.#host = host;
    this.#time = new ConversationTime(host.time);
    this.#planner = new Planner(conversation, host.decider, this.#time, new Indexer(), host.logger);
    this.#answers = new Answers(host.limits.answersMax);
    this.#timer = new DeadlineTimer(host.time, host.limits, () => this.prod());
  }

  submit(submission: Submission): Promise<Outcome> {
    this.lastUsed = this.#host.time.now();
    const { key } = submission;
    if (key) {
      const answered = this.#answers.find(key);
      if (answered) return this.#answerNow(submission, answered);
      const first = this.#inFlight.get(nameOf(key));
      if (first?.submission.key?.digest === key.digest) return first.join(submission);
      if (first) return this.#answerNow(submission, refusal(conflict(key)));
    }
    if (this.#queue.length >= this.#host.limits.queueMax) {
      return this.#answerNow(
        submission,
        refusal(overloaded('Too many commands wait for this conversation.')),
      );
    }
    const pending = new Pending(submission, this.lastUsed, this.#host.logger);
    if (key) this.#inFlight.set(nameOf(key), pending);
    this.#queue.push(pending);
    this.#run();
    return pending.outcome;
  }

  /** Lets whatever is due happen. */
  prod(): void {
    this.#prodded = true;
    this.#run();
  }

  /** The durable state; null where there is no such conversation. Rejects where the log cannot be read. */
  async state(): Promise<State | null> {
    this.lastUsed = this.#host.time.now();
    const { state, head, restarting } = await this.journal.wake();
    if (restarting) this.prod();
    return head.seq === 0 ? null : state;
  }

  /** The state if it is in memory. */
  get known(): State | null {
    const standing = this.journal.standing;
    return standing && standing.head.seq > 0 ? standing.state : null;
  }

  get busy(): boolean {
    return this.#running !== null || this.journal.busy;
  }

  /** When it has something to do by itself. */
  get due(): Instant | null {
    const standing = this.journal.standing;
    if (!standing || standing.head.seq === 0) return null;
    return standing.restarting ? standing.state.at : this.#planner.due(standing.state);
  }

  /** Resolves when nothing is queued or in flight. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  dispose(): void {
    this.#timer.disarm();
  }

  #run(): void {
    this.#running ??= this.#work().finally(() => {
      this.#running = null;
      const state = this.journal.standing?.state;
      const now = state ? this.#time.now(state.at) : this.#host.time.now();
      // Where the log could not be read, what may be due is not known: reading is tried again.
      this.#timer.arm(state ? this.due : now, now);
      if (this.#queue.length > 0 || this.#prodded) this.#run();
      else this.#host.rested(this.conversation);
    });
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0 || this.#prodded) {
      this.#prodded = false;
      let batch: Pending[] = [];
      try {
        const standing = await this.journal.wake();
        batch = this.#queue.splice(0, this.#host.limits.batchMax);
        const { steps, stuck } = this.#planner.plan(standing, batch);
        const carriedOut = await this.#carryOut(steps);
        if (stuck) this.#timer.failed();
        else if (carriedOut) this.#timer.succeeded();
      } catch (error) {
        // The log cannot be read: whoever waits is told, and the next command tries again.
        this.#host.logger.error({ conversation: this.conversation, err: error }, 'reading the log failed');
        this.#timer.failed();
        this.journal.forget();
        for (const pending of [...batch, ...this.#queue.splice(0)]) {
          if (!pending.done) this.#settle(pending, refusal(storageRefusal(error)));
        }
      }
    }
  }

  /** False where something was not stored. */
  async #carryOut(steps: readonly Step[]): Promise<boolean> {
    const startedAt = this.#host.time.now();
    const appends = steps.map((step) => (step.kind === 'record' ? this.journal.append(step) : null));
    const lookUps = steps.map((step) => this.#lookUp(step));
    let [records, events] = [0, 0];
    for (const [position, step] of steps.entries()) {
      const appended = await appends[position];
      if (!appended) {
        this.#carryOutUnrecorded(step, await lookUps[position]!);
      } else if (appended.outcome === 'appended') {
        this.#advance(step as RecordStep);
        records += 1;
        events += (step as RecordStep).record.events.length;
      } else {
        await Promise.all(appends);
        await this.#standBack(steps.slice(position), appended);
        return false;
      }
    }
    if (records > 0) this.#host.metrics.appended?.(records, events, this.#host.time.now() - startedAt);
    return true;
  }

  #carryOutUnrecorded(step: Step, found: Outcome | null): void {
    if (step.pending && found) this.#settle(step.pending, found);
    else if (step.kind === 'refused') this.#settle(step.pending, refusal(step.rejection));
    else this.#advance(step);
  }

  /** The first of `steps` was not stored, so neither was any other; what they were decided on is not true. */
  async #standBack(
    steps: readonly Step[],
    appended: Exclude<Appended, { outcome: 'appended' }>,
  ): Promise<void> {
    const [first] = steps;
    this.#host.metrics.appendFailed?.(appended.outcome === 'failed' ? 'storage' : appended.outcome);
    if (appended.outcome === 'failed') return await this.#refuseUnstored(steps, appended.error);
    let again = steps.flatMap((step) => step.pending ?? []);
    const key = first?.pending?.submission.key;
    if (appended.outcome === 'duplicate' && first?.pending && key) {
      this.#settle(first.pending, answerFrom(appended.record, key));
      again = again.slice(1);
    } else {
      for (const foreign of await this.journal.catchUp()) {
        this.#host.publish({ conversation: this.conversation, epoch: foreign.state.epoch, ...foreign });
      }
      for (const pending of again) pending.conflicts += 1;
    }
    const tired = again.filter((pending) => pending.conflicts > this.#host.limits.conflictsMax);
    for (const pending of tired) this.#settle(pending, refusal(overloaded('Others keep writing first.')));
    this.#queue = [...again.filter((pending) => !tired.includes(pending)), ...this.#queue];
  }

  /** DG-2: nothing is stored, but what needs no storing goes on, on the state that is durable. */
  async #refuseUnstored(steps: readonly Step[], error: unknown): Promise<void> {
    this.#host.logger.error({ conversation: this.conversation, err: error }, 'appending to the log failed');
    this.#timer.failed();
    if (!(error instanceof StorageError)) {
      // Not the port's word for "nothing was stored": only the log itself can tell where it ends.
      this.journal.forget();
      await this.journal.wake();
    }
    for (const { pending, kind } of steps) {
      if (!pending) continue;
      const standing = this.journal.standing;
      const anew = kind === 'record' || !standing ? null : this.#planner.alone(standing, pending);
      if (!anew || anew.kind === 'record') this.#settle(pending, refusal(storageRefusal(error)));
      else this.#carryOutUnrecorded(anew, await this.#lookUp(anew));
    }
  }

  /**
   * A command that is refused may be the repetition of one that was accepted before this conversation
   * woke: then its first answer counts. (One that is accepted again is recognised by the log itself.)
   */
  async #lookUp(step: Step): Promise<Outcome | null> {
    const key = step.pending?.submission.key;
    if (!key || step.kind !== 'refused' || this.#knowsAllOf(key)) return null;
    try {
      const record = await this.#host.log.findCommand(this.conversation, key.author, key.id);
      return record && answerFrom(record, key);
    } catch (error) {
      return refusal(storageRefusal(error));
    }
  }

  #knowsAllOf(key: IdempotencyKey): boolean {
    if (!this.#answers.complete) return false;
    const joined = this.known?.participants[key.author]?.joinedSeq ?? 0;
    return this.journal.wokenAt === 0 || joined > this.journal.wokenAt;
  }

  /** Moves on, answers, publishes: in this order and without a pause. */
  #advance(step: Exclude<Step, { kind: 'refused' }>): void {
    const { pending, after, events, at } = step;
    this.journal.advance(step);
    if (pending) {
      const outcome = { ok: true, seq: after.head.seq, data: step.reply, duplicate: false } as const;
      const { key } = pending.submission;
      if (key) this.#answers.keep(key, outcome, step.kind === 'record');
      this.#settle(pending, outcome);
    }
    if (events.length === 0) return;
    const { state } = after;
    this.#host.publish({ conversation: this.conversation, epoch: state.epoch, at, events, state });
  }

  #answerNow(submission: Submission, outcome: Outcome): Promise<Outcome> {
    this.#count(submission, outcome, 0);
    tell(submission, outcome, this.known, this.#host.logger);
    return Promise.resolve(outcome);
  }

  #settle(pending: Pending, outcome: Outcome): void {
    const { submission, receivedAt } = pending;
    if (submission.key) this.#inFlight.delete(nameOf(submission.key));
    this.#count(submission, outcome, this.#host.time.now() - receivedAt);
    pending.settle(outcome, this.known);
  }

  #count({ op }: Submission, outcome: Outcome, waitedMs: number): void {
    const { metrics } = this.#host;
    if (!outcome.ok) metrics.commandRejected?.(op, outcome.rejection.code);
    else if (outcome.duplicate) metrics.commandRepeated?.(op);
    else metrics.commandAccepted?.(op, waitedMs);
  }
}
