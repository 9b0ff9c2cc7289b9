import type { Participant, ParticipantId, Seq, State, Variant } from '@parley/core';
import { initialState, literalKey } from '@parley/core';
import { SimulatedClock } from '../host/clock.simulated.ts';
import type { Commit, Conversations, EventPage, PublishedEvent } from '../host/submission.ts';
import { Delivery } from './delivery.ts';
import type { FrameEncoder } from './frame.ts';
import type { OutboxLimits, Sink } from './outbox.ts';
import { Outbox } from './outbox.ts';
import { Tick } from './tick.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface SentEvent {
  readonly event: string;
  readonly seq?: Seq;
  readonly after?: Seq;
}

/** A connection's far end, that reads when it is told to. */
export class FakeSink implements Sink {
  readonly writes: (readonly Uint8Array[])[] = [];
  bufferedBytes = 0;
  closed: { code: number; reason: string } | null = null;
  /** Takes everything at once; otherwise bytes stay until {@link drain}. */
  reads = true;
  acceptsBatches = true;
  #drained: (() => void)[] = [];
  readonly encode: FrameEncoder;

  constructor(encode: FrameEncoder = lines) {
    this.encode = encode;
  }

  send(chunks: readonly Uint8Array[]): void {
    this.writes.push(chunks);
    if (!this.reads) this.bufferedBytes += chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  onDrain(task: () => void): void {
    this.#drained.push(task);
  }

  close(code: number, reason: string): void {
    this.closed = { code, reason };
  }

  drain(bytes = this.bufferedBytes): void {
    this.bufferedBytes -= bytes;
    if (this.bufferedBytes === 0) for (const task of this.#drained) task();
  }

  /** Every frame that was written. */
  get frames(): Record<string, unknown>[] {
    return this.writes
      .flatMap((chunks) => chunks.map((chunk) => decoder.decode(chunk)))
      .join('')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Every event, those in batches too. */
  get events(): SentEvent[] {
    return this.frames.flatMap((frame) => (frame['batch'] as SentEvent[] | undefined) ?? [frame as never]);
  }

  get durable(): SentEvent[] {
    return this.events.filter(({ seq }) => seq !== undefined);
  }
}

export const lines: FrameEncoder = (json) => encoder.encode(`${json}\n`);

/** A log that only grows when told, with audiences as wanted. */
export class FakeConversations implements Conversations {
  readonly stored: { seq: Seq; audience: 'all' | readonly ParticipantId[]; json: string }[] = [];
  /** As it is told with every commit. */
  now: State = { ...initialState(), id: 'cnv_1' };
  reads = 0;
  /** The next reading fails so often. */
  failures = 0;
  readonly #listeners = new Set<(commit: Commit) => void>();

  submit(): never {
    throw new Error('not part of these tests');
  }

  state(): never {
    throw new Error('not part of these tests');
  }

  async readEvents(
    _conversation: string,
    after: Seq,
    limits: { limit: number; maxBytes: number },
  ): Promise<EventPage> {
    this.reads += 1;
    const head = this.stored.length;
    await new Promise((resolve) => setImmediate(resolve));
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('told to fail');
    }
    const events: EventPage['events'][number][] = [];
    let characters = 0;
    for (const event of this.stored.slice(after, Math.min(head, after + limits.limit))) {
      characters += event.json.length;
      if (events.length > 0 && characters > limits.maxBytes) break;
      events.push(event);
    }
    return { events, next: events.at(-1)?.seq ?? after, head };
  }

  subscribe(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A member, with a level of its own for its view where one is given. */
  join(id: ParticipantId, consistency?: Variant): void {
    const profile = {
      ...{ id, kind: 'agent' as const, displayName: id, roles: [], capabilities: [], topics: [] },
      ...{ interests: [], verified: false, joinedAt: '2026-01-01T00:00:00.000Z' },
      ...(consistency && { consistency }),
    };
    const member: Participant = {
      ...{ profile, principal: id, metadata: {}, joinedSeq: 1, joinOrder: 1, presentSince: 0 },
      ...{
        nameKey: literalKey(id),
        disconnectedAt: null,
        resumeGeneration: 0,
        muted: null,
        failures: 0,
        mutes: 0,
      },
    };
    this.now = { ...this.now, participants: { ...this.now.participants, [id]: member } };
  }

  /** From the next commit on, every view is of this level. */
  configure(consistency: Variant): void {
    this.now = { ...this.now, config: { ...this.now.config, consistency } };
  }

  /** Stores and publishes one event, that rests on `cause`. */
  add(audience: 'all' | readonly ParticipantId[] = 'all', text = '', cause: Seq = 0): Seq {
    const seq = this.store(audience, text);
    const { json } = this.stored.at(-1)!;
    this.publish([{ seq, type: 'test', audience, json, by: undefined, cause }]);
    return seq;
  }

  store(audience: 'all' | readonly ParticipantId[] = 'all', text = ''): Seq {
    const seq = this.stored.length + 1;
    this.stored.push({ seq, audience, json: JSON.stringify({ event: 'test', seq, data: { text } }) });
    this.now = { ...this.now, seq };
    return seq;
  }

  ephemeral(audience: 'all' | readonly ParticipantId[] = 'all'): void {
    const json = JSON.stringify({ event: 'typing' });
    this.publish([{ seq: null, type: 'typing', audience, json, by: undefined, cause: 0 }]);
  }

  publish(events: PublishedEvent[]): void {
    const commit = { conversation: 'cnv_1', epoch: 'e', at: 0, events, state: this.now };
    for (const listener of this.#listeners) listener(commit);
  }
}

/** Outboxes of one event loop, on a simulated clock. */
export class Wires {
  readonly clock = new SimulatedClock();
  readonly tick = new Tick();

  outbox(sink: FakeSink, limits?: OutboxLimits): Outbox {
    return new Outbox(sink, this.tick, this.clock, limits);
  }
}

/** Small enough that a test fills it. */
export const LIMITS = { maxBufferedBytes: 4_000, stalledMs: 30_000 };

/** A delivery over a log and outboxes that a test plays on. */
export class Scene extends Wires {
  readonly conversations = new FakeConversations();
  readonly delivery = new Delivery({ conversations: this.conversations, clock: this.clock });

  attach(
    participant: string | null,
    after: number,
    {
      sink = new FakeSink(),
      limits = LIMITS,
      historyFrom,
    }: { sink?: FakeSink; limits?: OutboxLimits; historyFrom?: number } = {},
  ) {
    if (participant !== null && !this.conversations.now.participants[participant]) {
      this.conversations.join(participant);
    }
    const outbox = this.outbox(sink, limits);
    const subscription = this.delivery.attach({
      conversation: 'cnv_1',
      participant,
      outbox,
      state: this.conversations.now,
      after,
      ...(historyFrom === undefined ? {} : { historyFrom }),
    });
    return { sink, outbox, subscription };
  }

  /** What must have been sent to `participant` after `after`: its chain, exactly. */
  chain(participant: string | null, after: number, historyFrom = 0): { seq: number; after: number }[] {
    let last = after;
    return this.conversations.stored
      .filter(({ seq, audience }) => {
        const hears = audience === 'all' || (participant !== null && audience.includes(participant));
        return seq > after && seq >= historyFrom && hears;
      })
      .map(({ seq }) => {
        const link = { seq, after: last };
        last = seq;
        return link;
      });
  }
}

export const links = (events: readonly SentEvent[]) => events.map(({ seq, after }) => ({ seq, after }));
