import type { Room } from '@parley/client';
import { useCallback, useRef, useState } from 'react';
import { useSession } from '../../session/session.tsx';
import { useFeedback } from '../../shell/feedback.tsx';
import { useDecisions } from '../decisions/decisions.tsx';

/** Events fetched at a time. */
const PAGE = 400;

/** Fetches what was said before the first line that is here, as one scrolls towards it. */
export function useHistory(room: Room): { readonly missing: boolean; readonly loadEarlier: () => void } {
  const { hub } = useSession();
  const { report } = useFeedback();
  const { learn } = useDecisions();
  // Everything from this seq on is here.
  const from = useRef(room.catchUp.events[0]?.seq ?? room.view.seq + 1);
  const [missing, setMissing] = useState(from.current > 1);
  const loading = useRef(false);

  const loadEarlier = useCallback(() => {
    if (loading.current || from.current <= 1) return;
    loading.current = true;
    const after = Math.max(0, from.current - 1 - PAGE);
    hub
      .events(room.id, { after, limit: PAGE })
      .then(({ events }) => {
        learn(events);
        room.addHistory(events.filter(({ seq }) => seq < from.current));
        from.current = after + 1;
        setMissing(after > 0);
      })
      .catch(report)
      .finally(() => {
        loading.current = false;
      });
  }, [hub, room, report, learn]);

  return { missing, loadEarlier };
}
