import type { ConversationId, ParticipantId, Seq, State } from '@parley/core';
import { HostTime } from '../host/conversation-time.ts';
import type { Logger } from '../host/options.ts';
import { silent } from '../host/options.ts';
import { Turns } from '../host/turns.ts';
import type { Commit, Conversations, EventPage } from '../host/submission.ts';
import type { Clock } from '../ports/clock.ts';
import { batches } from './batches.ts';
import { chainFor } from './chain.ts';
import type { WaitingLimits } from './dropping.ts';
import { WAITING_LIMITS } from './dropping.ts';
import { Frame } from './frame.ts';
import { Holds } from './holding.ts';
import { LagWatch } from './lag.ts';
import { notice } from './notices.ts';
import type { EventOutbox } from './outbox.ts';
import { Room } from './room.ts';
import { Subscriber } from './subscriber.ts';

/** One reading of the log for a reader that is behind: a quarter of an outbox, so that two fit. */
const PAGE = { limit: 500, maxBytes: 256 * 1024 };
/** Pause before the log is tried again that could not be read. */
const RETRY_MS = 1_000;

export interface DeliveryOptions {
  readonly conversations: Conversations;
  readonly clock: Clock;
  readonly logger?: Logger;
  /** Lets live traffic pass between two pages; by default their own. */
  readonly turns?: Turns;
  /** How much may wait for a best-effort view whose outbox is full. */
  readonly waiting?: WaitingLimits;
}

export interface Attachment {
  readonly conversation: ConversationId;
  /** Null for somebody who has not joined. */
  readonly participant: ParticipantId | null;
  readonly outbox: EventOutbox;
  /** The conversation's at this moment: says how the view is to be kept (CS-1…CS-4). */
  readonly state: State;
  /** Last seq that the recipient has: everything later in its audience is sent, in order, once. */
  readonly after: Seq;
  /** First seq that it may see (`history.visibility: sinceJoin`). */
  readonly historyFrom?: Seq;
}

export interface Subscription {
  /** Last seq that was handed to the outbox; `after` before the first. */
  readonly sent: Seq;
  /** The conversation's, after the last thing that was published. */
  readonly state: State;
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
  /** Does not go back: how long something has waited is told by it. */
  readonly #time: HostTime;
  readonly #logger: Logger;
  readonly #turns: Turns;
  readonly #waiting: WaitingLimits;
  readonly #rooms = new Map<ConversationId, Room>();
  readonly #holds: Holds;
  readonly #lag: LagWatch;
  readonly #unsubscribe: () => void;

  constructor({
    conversations,
    clock,
    logger = silent,
    turns = new Turns({ clock }),
    waiting = WAITING_LIMITS,
  }: DeliveryOptions) {
    this.#conversations = conversations;
    this.#time = new HostTime(clock);
    this.#logger = logger;
    this.#turns = turns;
    this.#waiting = waiting;
    this.#holds = new Holds(clock);
    this.#lag = new LagWatch(this.#time);
    this.#unsubscribe = conversations.subscribe((commit) => this.#publish(commit));
  }

  /**
   * Takes effect at once. Called in a command's `onSettled` with the command's seq, what that command
   * brought about is not sent, and everything after it is.
   */
  attach({ conversation, participant, outbox, state, after, historyFrom = 0 }: Attachment): Subscription {
    const room = this.#room(conversation, state);
    const subscriber = new Subscriber(participant, outbox, after, historyFrom);
    room.add(subscriber, state);
    if (room.head !== null && after >= room.head) subscriber.catchUp();
    else {
      subscriber.fallBehind(after, null);
      this.#startReading(room, subscriber);
    }
    return {
      get sent(): Seq {
        return subscriber.sent;
      },
      get state(): State {
        return room.state;
      },
      detach: () => {
        subscriber.release();
        this.#detach(room, subscriber);
      },
    };
  }

  /** Conversations that somebody here listens to. */
  get rooms(): number {
    return this.#rooms.size;
  }

  /** Ends all subscriptions. What is in the outboxes still leaves. */
  close(): void {
    this.#unsubscribe();
    this.#holds.close();
    this.#lag.close();
    for (const room of this.#rooms.values()) room.close();
    this.#rooms.clear();
  }

  #publish(commit: Commit): void {
    const room = this.#rooms.get(commit.conversation);
    if (!room) return;
    room.publish(commit);
    this.#lag.stir(room);
  }

  #room(conversation: ConversationId, state: State): Room {
    const present = this.#rooms.get(conversation);
    if (present) return present;
    const tools = {
      holds: this.#holds,
      waiting: this.#waiting,
      dropped: (participant: ParticipantId, count: number) =>
        notice('delivery.dropped', conversation, this.#time.now(), { participant, count }),
    };
    const room: Room = new Room(conversation, state, tools, (subscriber) =>
      this.#startReading(room, subscriber),
    );
    this.#rooms.set(conversation, room);
    return room;
  }

  #detach(room: Room, subscriber: Subscriber): void {
    subscriber.detached = true;
    subscriber.live = false;
    room.delete(subscriber);
    if (room.empty && this.#rooms.get(room.conversation) === room) this.#rooms.delete(room.conversation);
  }

  #startReading(room: Room, subscriber: Subscriber): void {
    subscriber.behindSince = this.#time.now();
    this.#lag.stir(room);
    void this.#read(room, subscriber).catch((error: unknown) => {
      this.#logger.error({ conversation: room.conversation, err: error }, 'a reader could not be served');
      this.#detach(room, subscriber);
    });
  }

  async #read(room: Room, subscriber: Subscriber): Promise<void> {
    for (;;) {
      await subscriber.direct.whenRoom();
      const caughtUp = await this.#turns.run(`${room.conversation}/pages`, async () => {
        if (subscriber.direct.closed) this.#detach(room, subscriber);
        return subscriber.detached || (await this.#readPage(room, subscriber));
      });
      if (caughtUp) return;
    }
  }

  /** True when the subscriber is live again, or gone. */
  async #readPage(room: Room, subscriber: Subscriber): Promise<boolean> {
    const { conversation } = room;
    let page: EventPage;
    try {
      page = await this.#conversations.readEvents(conversation, subscriber.seen, PAGE);
    } catch (error) {
      this.#logger.warn({ conversation, err: error }, 'events could not be read');
      await new Promise<void>((resolve) => this.#time.after(RETRY_MS, resolve));
      return subscriber.detached;
    }
    if (subscriber.detached) return true;
    const { direct, early } = subscriber;
    const { jsons, sent } = chainFor(page.events, subscriber, subscriber.sent, early?.sent);
    for (const json of batches(jsons, direct.sink.acceptsBatches ?? true)) direct.push(new Frame(json));
    subscriber.sent = sent;
    subscriber.seen = Math.max(subscriber.seen, page.next);
    early?.passed(subscriber.seen);
    room.head ??= page.head;
    // No other code runs between this comparison and the next publication.
    if (subscriber.seen >= Math.max(room.head, page.head)) subscriber.catchUp();
    return subscriber.live;
  }
}
