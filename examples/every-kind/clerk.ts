import type { Agent } from '@parley/client';
import { wordsAbout } from './speeches.ts';

/** In a thread of its own, beside the hub. It votes for whoever has waited longest. */
export default function clerk(): Agent {
  let turns = 0;
  return {
    name: 'Clerk',
    onTurn: (_turn, signal) => wordsAbout('', 2 + turns++, signal),
    vote: ({ candidates }) => candidates[0] ?? null,
  };
}
