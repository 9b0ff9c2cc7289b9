import type { ConversationEvent, Seq, State } from '@parley/core';
import type { Pending } from './pending.ts';

/** CS-3: up to where the author of a command had seen the conversation, as it said or acknowledged. */
export function seenBy(pending: Pending | null): Seq {
  const { basedOn = 0, acknowledged = 0 } = pending?.submission ?? {};
  return Math.max(basedOn, acknowledged);
}

/**
 * CS-3: the event that this one answers; 0 where it answers none. `state` is the one after it. An
 * utterance is answered as a whole, so that its end counts where it is known.
 */
export function answeredBy(event: ConversationEvent, state: State): Seq {
  const reference = referenceOf(event);
  if (reference === null || typeof reference === 'number') return reference ?? 0;
  const spoken = state.recentUtterances.find(({ id }) => id === reference);
  return spoken?.seq ?? Number(SEQ_IN_ID.exec(reference)?.[1] ?? 0);
}

/** Ids of utterances carry the seq of the event that brought them into being (ADR 2). */
const SEQ_IN_ID = /_(\d+)$/;

function referenceOf(event: ConversationEvent): Seq | string | null {
  switch (event.type) {
    case 'speech.started':
    case 'speech.ended':
      return event.data.inReplyTo;
    case 'reaction.added':
      return event.data.to;
    default:
      return null;
  }
}
