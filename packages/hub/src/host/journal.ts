import type { ConversationId, Instant, Seq, State } from '@parley/core';
import type { AppendOutcome, LogRecord } from '../ports/event-log.ts';
import { StorageError } from '../ports/event-log.ts';
import type { HostContext } from './host-context.ts';
import type { Step } from './plan.ts';
import { writeSnapshot } from './snapshot.ts';
import type { Standing } from './standing.ts';
import { nowhere } from './standing.ts';
import { catchUpWith, load } from './loading.ts';
import { isAttended } from './summary.ts';
import type { PublishedEvent } from './submission.ts';
import { Tail } from './tail.ts';

export type RecordStep = Step & { kind: 'record' };
/** How an append ended; it never rejects. */
export type Appended = AppendOutcome | { outcome: 'failed'; error: unknown };
/** A record that somebody else appended, and where the conversation stands after it. */
export type Foreign = { at: Instant; events: PublishedEvent[]; state: State };

/** One awake conversation's place in the log: where it durably stands, its newest events, its snapshots. */
export class Journal {
  readonly tail: Tail;
  readonly #conversation: ConversationId;
  readonly #host: HostContext;
  #standing: Standing | null = null;
  #loading: Promise<Standing> | null = null;
  #wokenAt: Seq = 0;
  /** Of the last record that the newest snapshot holds. */
  #snapshotNumber = 0;
  #unsaved = 0;
  #recordedAt: Instant = 0;
  #saving: Promise<void> | null = null;
  /** Null before the first read: then the host knows. */
  #restarting: boolean | null = null;

  constructor(conversation: ConversationId, host: HostContext) {
    this.#conversation = conversation;
    this.#host = host;
    this.tail = new Tail(host.limits.tailMax);
  }

  /** Null until it was read. Everything in it is durable. */
  get standing(): Standing | null {
    return this.#standing;
  }

  /** Where the log ended when the conversation was read. */
  get wokenAt(): Seq {
    return this.#wokenAt;
  }

  /** Records since the newest snapshot. */
  get unsaved(): number {
    return this.#unsaved;
  }

  get busy(): boolean {
    return this.#loading !== null || this.#saving !== null;
  }

  /** Reads the conversation unless that was done; at once for all who ask. */
  async wake(): Promise<Standing> {
    if (this.#standing) return this.#standing;
    this.#loading ??= this.#read().finally(() => (this.#loading = null));
    return await this.#loading;
  }

  async append(step: RecordStep): Promise<Appended> {
    try {
      return await this.#host.log.append(step.record, step.expected, step.index);
    } catch (error) {
      return { outcome: 'failed', error };
    }
  }

  /** What `step` says is durable now (or needed no record). */
  advance(step: Exclude<Step, { kind: 'refused' }>): void {
    this.#standing = step.after;
    if (step.kind !== 'record') return;
    this.#note(step.record);
    if (this.#unsaved >= this.#host.limits.snapshotEvery) void this.saveSnapshot();
  }

  /** Somebody else appended: goes on from what the log says now, and tells what happened meanwhile. */
  async catchUp(): Promise<Foreign[]> {
    const missed: Foreign[] = [];
    const { log, decider } = this.#host;
    const standing = await this.wake();
    try {
      this.#standing = await catchUpWith(log, decider, this.#conversation, standing, (record, after) => {
        this.#note(record);
        if (record.events.length === 0) return;
        missed.push({ at: record.at, events: record.events.map(publishedAgain), state: after.state });
      });
    } catch (error) {
      // What we stood on is not in the log (any more): it has to be read from its beginning.
      if (!(error instanceof StorageError) || error.code !== 'storage.damaged') throw error;
      this.forget();
      await this.wake();
    }
    return missed;
  }

  /** The next one who asks reads the log. */
  forget(): void {
    if (this.#standing) this.#restarting = this.#standing.restarting;
    this.#standing = null;
    this.tail.clear();
  }

  /** Keeps the state so that the next wake is short. A failure costs time then, and nothing else. */
  saveSnapshot(): Promise<void> {
    this.#saving ??= this.#save().finally(() => (this.#saving = null));
    return this.#saving;
  }

  async #save(): Promise<void> {
    const standing = this.#standing;
    if (!standing || standing.head.number <= this.#snapshotNumber) return;
    const snapshot = writeSnapshot(
      this.#host.decider.durableState(standing.state),
      standing,
      this.#recordedAt,
    );
    this.#unsaved = 0;
    try {
      await this.#host.log.saveSnapshot(this.#conversation, snapshot);
      this.#snapshotNumber = snapshot.number;
      this.#host.metrics.snapshotSaved?.(snapshot.state.length);
    } catch (error) {
      this.#host.logger.warn({ conversation: this.#conversation, err: error }, 'a snapshot was not saved');
    }
  }

  async #read(): Promise<Standing> {
    const { log, decider, wakes } = this.#host;
    this.tail.clear();
    this.#unsaved = 0;
    this.#recordedAt = 0;
    const note = (record: LogRecord): void => this.#note(record);
    const { standing, snapshotNumber } = await wakes.run(() => load(log, decider, this.#conversation, note));
    const restarted = this.#restarting ?? this.#host.wasRestarted(this.#conversation);
    const restarting = restarted && isAttended(standing.state);
    this.#recordedAt ||= standing.state.at;
    this.#wokenAt = standing.head.seq;
    this.#snapshotNumber = snapshotNumber;
    this.#standing = standing.head.seq === 0 ? nowhere(decider) : { ...standing, restarting };
    return this.#standing;
  }

  #note(record: LogRecord): void {
    this.#recordedAt = record.at;
    this.#unsaved += 1;
    this.tail.push(record.events);
  }
}

function publishedAgain(event: LogRecord['events'][number]): PublishedEvent {
  const { event: type, by } = JSON.parse(event.json) as { event: string; by?: string };
  // What its author had seen is known where it was written: here it rests on all that comes before it.
  return { seq: event.seq, type, audience: event.audience, json: event.json, by, cause: event.seq - 1 };
}
