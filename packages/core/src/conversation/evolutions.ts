import type { DurableEvent, DurableEventType, EphemeralEvent, EphemeralEventType } from './events.ts';
import type { State } from './state.ts';

type EventOf<T> = T extends DurableEventType
  ? DurableEvent<T>
  : T extends EphemeralEventType
    ? EphemeralEvent<T>
    : never;

/** For each of these event types, how the state changes. */
export type Evolutions<T extends DurableEventType | EphemeralEventType> = {
  readonly [K in T]: (state: State, event: EventOf<K>) => State;
};
