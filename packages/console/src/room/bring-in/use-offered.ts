import type { OfferedParticipants } from '@parley/client';
import { useEffect, useState } from 'react';
import { useErrorText } from '../../messages/error-text.ts';
import { useSession } from '../../session/session.tsx';

/** Whom the operator of this hub offers: null while it is asked. */
export function useOffered(): {
  readonly offered: OfferedParticipants | null;
  readonly problem: string | null;
} {
  const { hub } = useSession();
  const errorText = useErrorText();
  const [offered, setOffered] = useState<OfferedParticipants | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const closed = new AbortController();
    hub
      .services({ signal: closed.signal })
      .then(setOffered)
      .catch((error: unknown) => {
        if (!closed.signal.aborted) setProblem(errorText(error));
      });
    return () => closed.abort();
  }, [hub, errorText]);
  return { offered, problem };
}
