import type { ConversationId, ParticipantId, Seq } from '@parley/core';
import { batchFrame } from '@parley/protocol';
import { Gate } from '../host/gate.ts';
import type { Logger } from '../host/options.ts';
import { silent } from '../host/options.ts';
import type { Commit, Conversations, EventPage } from '../host/submission.ts';
import type { Clock } from '../ports/clock.ts';
import { chainFor } from './chain.ts';
import { Frame } from './frame.ts';
import type { EventOutbox } from './outbox.ts';
import { Room } from './room.ts';
import { Subscriber } from './subscriber.ts';
import type { Scheduler } from './tick.ts';

/** One reading of the log for a reader that is behind: a quarter of an outbox, so that two fit. */
const PAGE = { limit: 500, maxBytes: 256 * 1024 };
/** Longest frame made of several events: what a client parses in about a millisecond. */
const BATCH_CHARACTERS = 64 * 1024;
/** Pages in memory at once, whoever they are for: a thousand that reconnect share 4 MiB. */
const READS_AT_ONCE = 16;
/** Pause before the log is tried again that could not be read. */
const RETRY_MS = 1_000;

export interface DeliveryOptions {
  readonly conversations: Conversations;
  readonly clock: Clock;
  readonly logger?: Logger;
  /** Lets live traffic pass between two pages; the end of the event loop's turn by default. */
  readonly schedule?: Scheduler;
}

export interface Attachment {
  readonly conversation: ConversationId;
  /** Null for somebody who has not joined. */
  readonly participant: ParticipantId | null;
  readonly outbox: EventOutbox;
  /** Last seq that the recipient has: everything later in its audience is sent, in order, once. */
  readonly after: Seq;
  /** First seq that it may see (`history.visibility: sinceJoin`). */
  readonly historyFrom?: Seq;
}

export interface Subscription {
  /** Last seq that was handed to the outbox; `after` before the first. */
  readonly sent: Seq;
  /** Nothing more is pushed; what is in the outbox still leaves. */
  detach(): void;
}

/**
 * Brings committed events to their recipients. A recipient is either live, and is pushed each event as it
 * is published, or behind, and the log is read for it page by page until it has caught up (CS-5): both
 * continue the same chain, without a gap and without a duplicate.
 */
export class Delivery {
  readonly #conversations: Conversations;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #schedule: Scheduler;
  readonly #rooms = new Map<ConversationId, Room>();
  readonly #reads = new Gate(READS_AT_ONCE);
  readonly #unsubscribe: () => void;

  constructor({ conversations, clock, logger = silent, schedule = setImmediate }: DeliveryOptions) {
    this.#conversations = conversations;
    this.#clock = clock;
    this.#logger = logger;
    this.#schedule = schedule;
    this.#unsubscribe = conversations.subscribe((commit) => this.#publish(commit));
  }

  /**
   * Takes effect at once. Called in a command's `onSettled` with the command's seq, what that command
   * brought about is not sent, and everything after it is.
   */
  attach({ conversation, participant, outbox, after, historyFrom = 0 }: Attachment): Subscription {
    const room = this.#room(conversation);
    const subscriber = new Subscriber(participant, outbox, after, historyFrom);
    room.add(subscriber);
    if (room.head !== null && after >= room.head) subscriber.live = true;
    else this.#startReading(conversation, room, subscriber);
    return {
      get sent(): Seq {
        return subscriber.sent;
      },
      detach: () => this.#detach(conversation, room, subscriber),
    };
  }

  /** Conversations that somebody here listens to. */
  get rooms(): number {
    return this.#rooms.size;
  }

  /** Ends all subscriptions. What is in the outboxes still leaves. */
  close(): void {
    this.#unsubscribe();
    for (const room of this.#rooms.values()) room.close();
    this.#rooms.clear();
  }

  #publish(commit: Commit): void {
    const room = this.#rooms.get(commit.conversation);
    if (!room) return;
    for (const event of commit.events) room.publish(event);
  }

  #room(conversation: ConversationId): Room {
    const present = this.#rooms.get(conversation);
    if (present) return present;
    const room: Room = new Room((subscriber) => this.#startReading(conversation, room, subscriber));
    this.#rooms.set(conversation, room);
    return room;
  }

  #detach(conversation: ConversationId, room: Room, subscriber: Subscriber): void {
    subscriber.detached = true;
    subscriber.live = false;
    room.delete(subscriber);
    if (room.empty && this.#rooms.get(conversation) === room) this.#rooms.delete(conversation);
  }

  #startReading(conversation: ConversationId, room: Room, subscriber: Subscriber): void {
    void this.#read(conversation, room, subscriber).catch((error: unknown) => {
      this.#logger.error({ conversation, err: error }, 'a reader could not be served');
      this.#detach(conversation, room, subscriber);
    });
  }

  async #read(conversation: ConversationId, room: Room, subscriber: Subscriber): Promise<void> {
    const { outbox } = subscriber;
    for (;;) {
      await outbox.whenRoom();
      if (outbox.closed) this.#detach(conversation, room, subscriber);
      if (subscriber.detached) return;
      const caughtUp = await this.#reads.run(() => this.#readPage(conversation, room, subscriber));
      if (caughtUp) return;
      await new Promise<void>((resolve) => this.#schedule(resolve));
    }
  }

  /** True when the subscriber is live again, or gone. */
  async #readPage(conversation: ConversationId, room: Room, subscriber: Subscriber): Promise<boolean> {
    let page: EventPage;
    try {
      page = await this.#conversations.readEvents(conversation, subscriber.seen, PAGE);
    } catch (error) {
      this.#logger.warn({ conversation, err: error }, 'events could not be read');
      await new Promise<void>((resolve) => this.#clock.after(RETRY_MS, resolve));
      return subscriber.detached;
    }
    if (subscriber.detached) return true;
    const { jsons, sent } = chainFor(page.events, subscriber, subscriber.sent);
    for (const json of batches(jsons, subscriber.outbox.sink.acceptsBatches ?? true)) {
      subscriber.outbox.push(new Frame(json));
    }
    subscriber.sent = sent;
    subscriber.seen = Math.max(subscriber.seen, page.next);
    room.head ??= page.head;
    // No other code runs between this comparison and the next publication.
    subscriber.live = subscriber.seen >= Math.max(room.head, page.head);
    return subscriber.live;
  }
}

/** Several events in one frame, where the channel takes that, up to a bound. */
function batches(jsons: readonly string[], accepted: boolean): readonly string[] {
  if (!accepted) return jsons;
  const frames: string[] = [];
  let batch: string[] = [];
  let characters = 0;
  for (const json of jsons) {
    if (batch.length > 0 && characters + json.length > BATCH_CHARACTERS) {
      frames.push(batchFrame(batch));
      batch = [];
      characters = 0;
    }
    batch.push(json);
    characters += json.length;
  }
  if (batch.length > 0) frames.push(batchFrame(batch));
  return frames;
}
