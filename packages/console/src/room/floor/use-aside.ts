import { useCallback, useState } from 'react';
import type { Aside } from '../../session/aside.ts';
import { keepAside, keptAside } from '../../session/aside.ts';

/** To whom the draft is to be whispered, and under which topics; kept as long as the draft is. */
export function useAside(conversation: string): readonly [Aside, (aside: Aside) => void] {
  const [aside, setAside] = useState(() => keptAside(conversation));
  const change = useCallback(
    (next: Aside) => {
      keepAside(conversation, next);
      setAside(next);
    },
    [conversation],
  );
  return [aside, change];
}
