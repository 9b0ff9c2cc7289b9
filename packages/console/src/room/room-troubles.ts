import type { ConnectionStatus } from '@parley/client';

/** Nothing more will be said. */
export const isOver = (status: string): boolean => status === 'ended' || status === 'archived';

/** What is not as usual about the whole room. */
export type Trouble = 'connection' | 'paused' | 'behind' | 'ended';

interface Standing {
  readonly connection: ConnectionStatus;
  readonly status: string;
  readonly behind: boolean;
}

/**
 * Without a connection nothing else is known for sure, and of what has ended nothing else matters. Else all
 * that holds is said, each for itself: a pause is no reason for one's view to be behind, and somebody who is
 * behind may still end the pause.
 */
export function troublesOf({ connection, status, behind }: Standing): readonly Trouble[] {
  if (connection !== 'open') return ['connection'];
  if (isOver(status)) return ['ended'];
  const troubles: Trouble[] = [];
  if (status === 'paused') troubles.push('paused');
  if (behind) troubles.push('behind');
  return troubles;
}
