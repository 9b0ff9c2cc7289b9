import type { ParticipantId, Seq } from '../kernel/id.ts';
import type { DurableEventData, DurableEventType, EphemeralEventData, EphemeralEventType } from './events.ts';
import type { ConversationView } from './view.ts';

type AllEventData = DurableEventData & EphemeralEventData;

/** An event as a client receives it. */
export type ViewEvent = {
  [K in DurableEventType | EphemeralEventType]: {
    readonly event: K;
    readonly seq?: Seq;
    readonly at: string;
    readonly by?: ParticipantId;
    readonly data: Readonly<AllEventData[K]>;
  };
}[DurableEventType | EphemeralEventType];

/** For each of these event types, how a view changes. */
export type Reductions<T extends DurableEventType | EphemeralEventType> = {
  readonly [K in T]: (view: ConversationView, event: Extract<ViewEvent, { event: K }>) => ConversationView;
};
