import type { Audience, ConversationId, ParticipantId, Seq, State } from '@parley/core';
import { withAfter, withEarly } from '@parley/protocol';
import type { Commit, PublishedEvent } from '../host/submission.ts';
import { hears } from './chain.ts';
import { Frame } from './frame.ts';
import type { Subscriber, ViewTools } from './subscriber.ts';

/** The recipients of one conversation, and how an event gets to them. */
export class Room {
  readonly conversation: ConversationId;
  /** Last published seq; null until the first is known. */
  head: Seq | null = null;
  #state: State;
  readonly #tools: ViewTools;
  readonly #subscribers = new Set<Subscriber>();
  readonly #byParticipant = new Map<ParticipantId, Set<Subscriber>>();
  readonly #fellBehind: (subscriber: Subscriber) => void;

  /** `fellBehind` must see to it that the subscriber reads the log from its `seen` on. */
  constructor(
    conversation: ConversationId,
    state: State,
    tools: ViewTools,
    fellBehind: (subscriber: Subscriber) => void,
  ) {
    this.conversation = conversation;
    this.#state = state;
    this.#tools = tools;
    this.#fellBehind = fellBehind;
  }

  /** The conversation's, after the last thing that was published. */
  get state(): State {
    return this.#state;
  }

  get subscribers(): ReadonlySet<Subscriber> {
    return this.#subscribers;
  }

  get empty(): boolean {
    return this.#subscribers.size === 0;
  }

  /** `state` is the conversation's as the subscriber knows it; what was published here may be newer. */
  add(subscriber: Subscriber, state: State): void {
    if (state.seq >= this.#state.seq) this.#observe(state);
    subscriber.adopt(this.#state, this.#tools);
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

  publish({ events, state }: Commit): void {
    this.#observe(state);
    for (const event of events) {
      this.#publish(event);
      if (event.type === 'participant.left') this.#leave(event);
    }
  }

  /** An ephemeral event of delivery's own, to those that `match`. */
  announce(frame: Frame, match: (subscriber: Subscriber) => boolean): void {
    for (const subscriber of this.#subscribers) {
      if (subscriber.live && subscriber.outbox.hasRoom && match(subscriber)) subscriber.outbox.push(frame);
    }
  }

  /** Levels change with the configuration, which is the same object until it does. */
  #observe(state: State): void {
    const changed = state.config.consistency !== this.#state.config.consistency;
    this.#state = state;
    if (changed) for (const subscriber of this.#subscribers) subscriber.adopt(state, this.#tools);
  }

  /** RT-7: who has left was told so just now, and is told nothing of what its batch goes on with. */
  #leave({ json }: PublishedEvent): void {
    const { data } = JSON.parse(json) as { data: { participant: ParticipantId } };
    for (const subscriber of this.#byParticipant.get(data.participant) ?? []) {
      subscriber.live = false;
      this.delete(subscriber);
    }
  }

  #publish(event: PublishedEvent): void {
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
      if (seq < subscriber.historyFrom) continue;
      if (!subscriber.live) {
        this.#ahead(subscriber, event, seq);
        continue;
      }
      if (seq <= subscriber.seen) continue;
      if (!subscriber.outbox.hasRoom && subscriber.terms?.whenFull !== 'dropOldest') {
        this.#behind(subscriber, seq - 1, subscriber.sent);
        this.#ahead(subscriber, event, seq);
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

  /** CS-3: what rests on nothing that the view still lacks is sent now, ahead of its backlog. */
  #ahead({ early, terms, seen, outbox }: Subscriber, event: PublishedEvent, seq: Seq): void {
    if (!early || !terms?.early) return;
    const after = early.follow(seq);
    if (after === null || seq <= seen || event.cause > seen || !outbox.hasRoom) return;
    if (early.note(seq)) outbox.push(new Frame(withEarly(event.json, after)));
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
    for (const subscriber of this.#subscribers) {
      subscriber.early?.lose();
      if (subscriber.live) this.#behind(subscriber, head, null);
    }
  }

  #behind(subscriber: Subscriber, seen: Seq, last: Seq | null): void {
    subscriber.fallBehind(seen, last);
    this.#fellBehind(subscriber);
  }
}
