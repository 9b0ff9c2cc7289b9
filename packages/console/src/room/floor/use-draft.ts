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
