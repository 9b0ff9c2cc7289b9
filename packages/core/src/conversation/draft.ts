import type { ParticipantId, Seq } from '../kernel/id.ts';
import type { Instant } from '../kernel/instant.ts';
import type {
  Audience,
  ConversationEvent,
  DurableEvent,
  DurableEventData,
  DurableEventType,
  EphemeralEvent,
  EphemeralEventData,
  EphemeralEventType,
  HiddenEventData,
} from './events.ts';
import { evolve } from './evolve.ts';
import type { LiveState, State } from './state.ts';

interface EventOptions<T> {
  readonly audience?: Audience;
  readonly hidden?: T extends keyof HiddenEventData ? HiddenEventData[T] : never;
}

/**
 * One command's outcome while it is being decided: each event is evolved at once, so that the next
 * decision of the same batch sees its effect. A draft that ends in a rejection is thrown away.
 */
export class Draft {
  state: State;
  readonly at: Instant;
  readonly events: ConversationEvent[] = [];
  readonly #by: ParticipantId | null;

  constructor(state: State, at: Instant, by: ParticipantId | null) {
    this.state = state;
    this.at = at;
    this.#by = by;
  }

  /** The seq that the next durable event will get. */
  get nextSeq(): Seq {
    return this.state.seq + 1;
  }

  /** Adds a durable event. */
  emit<T extends DurableEventType>(type: T, data: DurableEventData[T], options: EventOptions<T> = {}): Seq {
    const seq = this.nextSeq;
    const { at } = this;
    const audience = options.audience ?? 'all';
    const event =
      this.#by === null ? { type, seq, at, data, audience } : { type, seq, at, by: this.#by, data, audience };
    this.#add(
      (options.hidden === undefined
        ? event
        : { ...event, hidden: options.hidden }) as unknown as DurableEvent,
    );
    return seq;
  }

  /** Adds an event for whoever is there; the log does not keep it. */
  announce<T extends EphemeralEventType>(
    type: T,
    data: EphemeralEventData[T],
    audience: Audience = 'all',
  ): void {
    this.#add({
      type,
      at: this.at,
      ...(this.#by === null ? {} : { by: this.#by }),
      data,
      audience,
    } as EphemeralEvent);
  }

  /** Changes what only this process keeps, where there is nothing to tell anybody. */
  note(change: (live: LiveState) => LiveState): void {
    this.state = { ...this.state, live: change(this.state.live) };
  }

  #add(event: ConversationEvent): void {
    this.state = evolve(this.state, event);
    this.events.push(event);
  }
}
