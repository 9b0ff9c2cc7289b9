import type { ConversationSummary, HubHttp } from '@parley/client';
import { useEffect, useRef, useState } from 'react';
import { useSession } from '../session/session.tsx';
import { readMark } from '../session/read-marks.ts';

/** Lines that somebody has not read yet; `more`: there are more than were counted. */
export interface Unread {
  readonly count: number;
  readonly more: boolean;
}

/** Events looked at to count what is unread in one conversation. */
const EVENTS_COUNTED = 500;
/** Conversations counted at a time; the lists' first ones come first. */
const COUNTED_AT_ONCE = 20;

/**
 * What was said since one read last, by conversation: for those that were read on this machine. Counted
 * from the events that this person may read, and again only when there are newer ones.
 */
export function useUnread(summaries: readonly ConversationSummary[]): ReadonlyMap<string, Unread> {
  const { hub } = useSession();
  const [unread, setUnread] = useState<ReadonlyMap<string, Unread>>(new Map());
  const counted = useRef(new Map<string, number>());

  useEffect(() => {
    const news = summaries.filter(({ id, seq, epoch }) => {
      const mark = readMark(id);
      return mark?.epoch === epoch && mark.seq < seq && counted.current.get(id) !== seq;
    });
    for (const { id, seq } of news.slice(0, COUNTED_AT_ONCE)) {
      counted.current.set(id, seq);
      countUnread(hub, id)
        .then((count) => setUnread((before) => new Map([...before, [id, count]])))
        .catch((error: unknown) => {
          // Whoever may not read there is not told that there is something to read.
          counted.current.delete(id);
          console.debug('unread lines were not counted', error);
        });
    }
  }, [hub, summaries]);
  return unread;
}

async function countUnread(hub: HubHttp, id: string): Promise<Unread> {
  const mark = readMark(id);
  if (mark === undefined) return { count: 0, more: false };
  const { events } = await hub.events(id, { after: mark.seq, limit: EVENTS_COUNTED });
  const said = events.filter(
    ({ event, data }) => event === 'speech.ended' && 'participant' in data && data.participant !== mark.me,
  );
  return { count: said.length, more: events.length === EVENTS_COUNTED };
}
