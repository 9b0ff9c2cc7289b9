import type {
  ConversationId,
  DurableEventData,
  DurableEventType,
  EphemeralEventData,
  EphemeralEventType,
  ParticipantId,
  Seq,
} from '@parley/core';

/** An event of the log, as it reaches a recipient. */
export type DurableWireEvent<T extends DurableEventType = DurableEventType> = {
  [K in T]: {
    readonly event: K;
    readonly conversation: ConversationId;
    readonly seq: Seq;
    /** The seq of the event before this one, for this recipient. Absent in lists that were read, not pushed. */
    readonly after?: Seq;
    /** It came ahead of others that are still to come (CS-3); `after` may be one of them. */
    readonly early?: true;
    /** RFC 3339, by the hub's clock. */
    readonly at: string;
    /** Whose command caused it; absent where a deadline or the hub did. */
    readonly by?: ParticipantId;
    readonly data: Readonly<DurableEventData[K]>;
  };
}[T];

/** What the hub says about this connection, not about the conversation. */
export interface ConnectionEventData {
  /** The same participant connected elsewhere: this room is closed here. */
  'session.replaced': { readonly participant?: ParticipantId };
  /** So many events before the next one were dropped, and will not come (CS-4). */
  'delivery.dropped': { readonly participant: ParticipantId; readonly count: number };
}

type EphemeralData = EphemeralEventData & ConnectionEventData;
export type EphemeralWireEventType = EphemeralEventType | keyof ConnectionEventData;

/** Sent to whoever is there and kept nowhere: no `seq`. */
export type EphemeralWireEvent<T extends EphemeralWireEventType = EphemeralWireEventType> = {
  [K in T]: {
    readonly event: K;
    readonly conversation: ConversationId;
    readonly seq?: undefined;
    readonly at: string;
    readonly by?: ParticipantId;
    readonly data: Readonly<EphemeralData[K]>;
  };
}[T];

/** Everything that a room hears, told apart by `event`. */
export type WireEvent = DurableWireEvent | EphemeralWireEvent;

export const isDurableEvent = (event: WireEvent): event is DurableWireEvent => event.seq !== undefined;
