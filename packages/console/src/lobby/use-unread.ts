import type { ConversationSummary, HubHttp } from '@parley/client';
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { ReadMark } from '../session/read-marks.ts';
import { readMark } from '../session/read-marks.ts';
import { useSession } from '../session/session.tsx';
import type { Unread } from './unread.ts';
import { UnreadCounts } from './unread.ts';

/** Events looked at to count what is unread in one conversation. */
const EVENTS_COUNTED = 500;

/**
 * What was said since one read last, by conversation: for those that were read on this machine. Counted
 * from the events that this person may read. `summaries` come anew every few seconds; what was read in
 * another tab meanwhile is seen then.
 */
export function useUnread(summaries: readonly ConversationSummary[]): ReadonlyMap<string, Unread> {
  const { hub } = useSession();
  const counts = useMemo(
    () => new UnreadCounts({ count: (id, mark) => countUnread(hub, id, mark), markOf: readMark }),
    [hub],
  );
  useEffect(() => counts.look(summaries), [counts, summaries]);
  return useSyncExternalStore(
    useCallback((changed: () => void) => counts.subscribe(changed), [counts]),
    () => counts.unread,
  );
}

async function countUnread(hub: HubHttp, id: string, mark: ReadMark): Promise<Unread> {
  const { events } = await hub.events(id, { after: mark.seq, limit: EVENTS_COUNTED });
  const said = events.filter(
    ({ event, data }) => event === 'speech.ended' && 'participant' in data && data.participant !== mark.me,
  );
  return { count: said.length, more: events.length === EVENTS_COUNTED };
}
