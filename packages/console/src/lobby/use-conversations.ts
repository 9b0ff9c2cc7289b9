import type { ConversationPage, ConversationSummary } from '@parley/client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useSession } from '../session/session.tsx';

export interface Conversations {
  readonly summaries: readonly ConversationSummary[];
  readonly status: 'loading' | 'ready' | 'failed';
  readonly error: unknown;
  /** There are more than are shown. */
  readonly more: boolean;
  readonly showMore: () => void;
  readonly refresh: () => void;
}

/** How often the lobby looks again while somebody looks at it. */
const LOOK_AGAIN_MS = 4_000;

/** The conversations that this person may see, kept fresh while the page is visible. */
export function useConversations(): Conversations {
  const { hub } = useSession();
  const [pages, setPages] = useState(1);
  const [state, setState] = useState<Omit<Conversations, 'showMore' | 'refresh'>>({
    summaries: [],
    status: 'loading',
    error: null,
    more: false,
  });
  const latest = useRef(0);

  const load = useCallback(async () => {
    const mine = ++latest.current;
    try {
      const summaries: ConversationSummary[] = [];
      let cursor: string | null | undefined;
      for (let page = 0; page < pages && cursor !== null; page += 1) {
        const answer: ConversationPage = await hub.listConversations(cursor ?? undefined);
        summaries.push(...answer.conversations);
        cursor = answer.cursor;
      }
      if (mine === latest.current) {
        setState({ summaries, status: 'ready', error: null, more: cursor !== null });
      }
    } catch (error) {
      // What was seen stays on the page; the reason stands above it.
      if (mine === latest.current) setState((before) => ({ ...before, status: 'failed', error }));
    }
  }, [hub, pages]);

  useEffect(() => {
    void load();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void load();
    }, LOOK_AGAIN_MS);
    return () => {
      clearInterval(timer);
      latest.current += 1;
    };
  }, [load]);

  const showMore = useCallback(() => setPages((count) => count + 1), []);
  const refresh = useCallback(() => void load(), [load]);
  return { ...state, showMore, refresh };
}
