import type { ConversationId } from '@parley/core';
import type { EventLog, ListPage } from '../ports/event-log.ts';
import { eachWithin } from './gate.ts';

interface Way {
  readonly width: number;
  readonly stopped: () => boolean;
  readonly wakeFor: (conversation: ConversationId) => Promise<void>;
  /** The log could not be listed: waits before it is tried again. */
  readonly pause: (error: unknown) => Promise<void>;
}

/**
 * Wakes every conversation that somebody was connected to when the hub ended: waking tells its members,
 * and their grace starts now. The list is in the order of last change, so those that are told move out
 * of the pages still to come.
 */
export async function tellAttended(log: EventLog, first: ListPage, way: Way): Promise<void> {
  let page: ListPage | null = first;
  while (page && !way.stopped()) {
    const waiting = page.conversations.map(({ conversation }) => conversation);
    await eachWithin(way.width, waiting, way.wakeFor);
    page = await pageAfter(log, page, way);
  }
}

async function pageAfter(log: EventLog, page: ListPage, way: Way): Promise<ListPage | null> {
  const { cursor } = page;
  if (cursor === null) return null;
  while (!way.stopped()) {
    try {
      return await log.list({ attended: true }, { limit: way.width * 4, cursor });
    } catch (error) {
      await way.pause(error);
    }
  }
  return null;
}
