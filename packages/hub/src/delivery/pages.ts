import type { ConversationId, Seq } from '@parley/core';
import type { Conversations } from '../host/submission.ts';
import type { Reader, StoredEvent } from './chain.ts';
import { mayRead } from './chain.ts';

export interface Stretch {
  readonly after: Seq;
  /** Inclusive, so that what is appended meanwhile does not keep a reading from ending. */
  readonly upTo: Seq;
  readonly limits: { readonly limit: number; readonly maxBytes: number };
}

/** The reader's events of a stretch of the log (RT-7), a page of it in memory at a time. */
export async function* pagesOf(
  conversations: Conversations,
  conversation: ConversationId,
  reader: Reader,
  { after, upTo, limits }: Stretch,
): AsyncGenerator<StoredEvent[]> {
  let from = after;
  while (from < upTo) {
    const limit = Math.min(limits.limit, upTo - from);
    const page = await conversations.readEvents(conversation, from, { ...limits, limit });
    yield page.events.filter((event) => event.seq <= upTo && mayRead(event, reader));
    if (page.next <= from) return;
    from = page.next;
  }
}
