import type { View } from '../../session/types.ts';
import { awaited } from '../lag/lag.tsx';

type FloorOf = Pick<View, 'floor' | 'participants'> & {
  readonly config: Pick<View['config'], 'consistency'>;
};

/** How many may have the floor at once (FL-1), overlaps apart. */
export const slotsOf = ({ strategy }: View['config']['floor']): number =>
  strategy.kind === 'concurrent' ? Number(strategy['maxSimultaneous']) : 1;

/**
 * Why nobody has the floor, as a key under `floor`: a window or a ballot is open, nobody wants it, others
 * have to hear first what was said (CS-1), or it is about to be given.
 */
export type Idle = 'idleOpen' | 'idleHelp' | 'idleHeard' | 'idleQueue';

export function whyIdle({ floor, participants, config }: FloorOf): Idle {
  if (floor.window !== undefined || floor.ballot !== undefined) return 'idleOpen';
  if (floor.queue.length === 0) return 'idleHelp';
  return awaited({ participants, config }).count > 0 ? 'idleHeard' : 'idleQueue';
}

/** Somebody wants the floor, and it is not free for whoever asks. */
export const isUndecided = (why: Idle): boolean => why === 'idleOpen' || why === 'idleHeard';
