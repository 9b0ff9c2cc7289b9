import { instantOf, iso } from '@parley/core';
import type { Audience, ConversationEvent, ConversationId, DurableEvent, Seq } from '@parley/core';

/**
 * An event's JSON as it is stored and sent, once for all recipients. What belongs to one recipient
 * (`after`) or to nobody (`hidden`, `audience`) is not in it. An ephemeral event has no `seq`.
 */
export function encodeEvent(conversation: ConversationId, event: ConversationEvent): string {
  return JSON.stringify({
    event: event.type,
    conversation,
    seq: 'seq' in event ? event.seq : undefined,
    at: iso(event.at),
    by: event.by,
    data: event.data,
  });
}

/**
 * The durable event that {@link encodeEvent} wrote, with what the log keeps beside it. Only for the
 * hub's own log: what a hash chain guards is not checked again. A text that is no durable event is a
 * broken log, and throws.
 */
export function decodeEvent(json: string, hidden: string | undefined, audience: Audience): DurableEvent {
  const stored = JSON.parse(json) as StoredEvent;
  if (typeof stored?.event !== 'string' || !Number.isSafeInteger(stored.seq)) {
    throw new Error('broken log: not a durable event');
  }
  const event = {
    type: stored.event,
    seq: stored.seq,
    at: instantOf(stored.at),
    ...(stored.by === undefined ? {} : { by: stored.by }),
    data: stored.data,
    ...(hidden === undefined ? {} : { hidden: JSON.parse(hidden) as unknown }),
    audience,
  };
  // The type and its data were written together by encodeEvent; the compiler cannot know that.
  return event as unknown as DurableEvent;
}

/**
 * The frame for one recipient: `after` is the seq of the event before this one in its chain. Writes a
 * prefix instead of parsing, so that stored bytes are sent as they are.
 */
export const withAfter = (json: string, after: Seq): string => `{"after":${after},${json.slice(1)}`;

/** The same for an event that is sent ahead of others that come before it in the chain (CS-3). */
export const withEarly = (json: string, after: Seq): string =>
  `{"early":true,"after":${after},${json.slice(1)}`;

/** Several event frames as one; a single one stays as it is. */
export const batchFrame = (jsons: readonly string[]): string =>
  jsons.length === 1 ? jsons[0]! : `{"batch":[${jsons.join(',')}]}`;

interface StoredEvent {
  readonly event: string;
  readonly seq: Seq;
  readonly at: string;
  readonly by?: string;
  readonly data: unknown;
}
