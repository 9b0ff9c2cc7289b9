import type { Audience, ParticipantId, Seq } from '@parley/core';
import { withAfter } from '@parley/protocol';
import type { PublishedEvent } from '../host/submission.ts';
import { hears } from './chain.ts';
import { Frame } from './frame.ts';
import type { Subscriber } from './subscriber.ts';

/** The recipients of one conversation, and how an event gets to them. */
export class Room {
  /** Last published seq; null until the first is known. */
  head: Seq | null = null;
  readonly #subscribers = new Set<Subscriber>();
  readonly #byParticipant = new Map<ParticipantId, Set<Subscriber>>();
  readonly #fellBehind: (subscriber: Subscriber) => void;

  /** `fellBehind` must see to it that the subscriber reads the log from its `seen` on. */
  constructor(fellBehind: (subscriber: Subscriber) => void) {
    this.#fellBehind = fellBehind;
  }

  get empty(): boolean {
    return this.#subscribers.size === 0;
  }

  add(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber);
    const { participant } = subscriber;
    if (participant === null) return;
    const own = this.#byParticipant.get(participant);
    if (own) own.add(subscriber);
    else this.#byParticipant.set(participant, new Set([subscriber]));
  }

  delete(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
    const { participant } = subscriber;
    if (participant === null) return;
    const own = this.#byParticipant.get(participant);
    own?.delete(subscriber);
    if (own?.size === 0) this.#byParticipant.delete(participant);
  }

  /** Lets go of everybody: whoever reads the log for one of them stops. */
  close(): void {
    for (const subscriber of this.#subscribers) {
      subscriber.detached = true;
      subscriber.live = false;
    }
    this.#subscribers.clear();
    this.#byParticipant.clear();
  }

  publish(event: PublishedEvent): void {
    if (event.seq === null) return this.#publishEphemeral(event);
    const { head } = this;
    if (head !== null && event.seq <= head) return;
    if (head !== null && event.seq > head + 1) this.#allBehind(head);
    this.head = event.seq;
    this.#publishDurable(event, event.seq);
  }

  /**
   * The text differs between recipients only in `after`, and that only where private events came
   * between: one frame for each value of it, nearly always one for all.
   */
  #publishDurable(event: PublishedEvent, seq: Seq): void {
    let after = -1;
    let frame: Frame | null = null;
    let frames: Map<Seq, Frame> | null = null;
    for (const subscriber of this.#audience(event.audience)) {
      if (!subscriber.live || seq <= subscriber.seen || seq < subscriber.historyFrom) continue;
      if (!subscriber.outbox.hasRoom) {
        this.#behind(subscriber, seq - 1);
        continue;
      }
      if (frame === null || subscriber.sent !== after) {
        if (frame) (frames ??= new Map()).set(after, frame);
        after = subscriber.sent;
        frame = frames?.get(after) ?? new Frame(withAfter(event.json, after));
      }
      subscriber.outbox.push(frame);
      subscriber.sent = seq;
    }
  }

  /** CN-2: a reader that is behind does without. */
  #publishEphemeral(event: PublishedEvent): void {
    const frame = new Frame(event.json);
    for (const { live, outbox } of this.#audience(event.audience)) {
      if (live && outbox.hasRoom) outbox.push(frame);
    }
  }

  #audience(audience: Audience): Iterable<Subscriber> {
    if (audience === 'all') return this.#subscribers;
    if (audience.length > this.#subscribers.size) {
      return [...this.#subscribers].filter(({ participant }) => hears(audience, participant));
    }
    return [...new Set(audience)].flatMap((participant) => [...(this.#byParticipant.get(participant) ?? [])]);
  }

  /** Something was not published here: everybody fetches it from the log. */
  #allBehind(head: Seq): void {
    for (const subscriber of this.#subscribers) if (subscriber.live) this.#behind(subscriber, head);
  }

  #behind(subscriber: Subscriber, seen: Seq): void {
    subscriber.live = false;
    subscriber.seen = Math.max(subscriber.seen, seen);
    this.#fellBehind(subscriber);
  }
}
