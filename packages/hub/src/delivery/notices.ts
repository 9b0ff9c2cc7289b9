import type { ConversationId, EphemeralEventData, Instant, ParticipantId } from '@parley/core';
import { iso } from '@parley/core';
import { Frame } from './frame.ts';

/** What delivery itself has to say about views, as ephemeral events. */
export interface Notices extends Pick<EphemeralEventData, 'view.stale' | 'view.caught_up'> {
  'delivery.dropped': { readonly participant: ParticipantId; readonly count: number };
}

export const notice = <T extends keyof Notices>(
  event: T,
  conversation: ConversationId,
  at: Instant,
  data: Notices[T],
): Frame => new Frame(JSON.stringify({ event, conversation, at: iso(at), data }));
