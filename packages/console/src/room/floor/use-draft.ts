import { useCallback, useState } from 'react';
import { keepDraft, keptDraft } from '../../session/storage.ts';

/** What one is about to say: written before one has the floor, and kept through reload and disconnect. */
export function useDraft(conversation: string): readonly [string, (text: string) => void] {
  const [draft, setDraft] = useState(() => keptDraft(conversation));
  const change = useCallback(
    (text: string) => {
      keepDraft(conversation, text);
      setDraft(text);
    },
    [conversation],
  );
  return [draft, change];
}

/** What was written behind a text while that was being sent; all of it where the text was changed. */
export const behind = (draft: string, sent: string): string =>
  draft.startsWith(sent) ? draft.slice(sent.length).trimStart() : draft;
