import type { ParticipantId, Seq } from '@parley/core';
import { SimulatedClock } from '../host/clock.simulated.ts';
import type { Commit, Conversations, EventPage, PublishedEvent } from '../host/submission.ts';
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

  /** Stores and publishes one event. */
  add(audience: 'all' | readonly ParticipantId[] = 'all', text = ''): Seq {
    const seq = this.store(audience, text);
    const { json } = this.stored.at(-1)!;
    this.publish([{ seq, type: 'test', audience, json, by: undefined }]);
    return seq;
  }

  store(audience: 'all' | readonly ParticipantId[] = 'all', text = ''): Seq {
    const seq = this.stored.length + 1;
    this.stored.push({ seq, audience, json: JSON.stringify({ event: 'test', seq, data: { text } }) });
    return seq;
  }

  ephemeral(audience: 'all' | readonly ParticipantId[] = 'all'): void {
    const json = JSON.stringify({ event: 'typing' });
    this.publish([{ seq: null, type: 'typing', audience, json, by: undefined }]);
  }

  publish(events: PublishedEvent[]): void {
    const commit = { conversation: 'cnv_1', epoch: 'e', at: 0, events, state: {} as Commit['state'] };
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
