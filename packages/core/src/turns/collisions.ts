import type { Grant } from '../floor/grant.ts';
import type { FloorRequest } from '../floor/request.ts';
import type { FloorView } from '../floor/view.ts';
import type { ParticipantId } from '../kernel/id.ts';
import { registryOf } from '../kernel/registry.ts';
import { holderPriority, priorityCalculators, requestPriority } from '../floor/priority.ts';
import type { CollisionOutcome } from './move.ts';

/** TS-20: who keeps the slot when a request meets a grant that has only just taken it. Pure. */
export type CollisionResolver = (view: FloorView, holder: Grant, request: FloorRequest) => CollisionOutcome;

/** Truncated binary exponential back-off, as on a shared wire. */
const MAX_EXPONENT = 10;
const MAX_COLLISIONS = 16;

const firstStarter: CollisionResolver = () => ({ keeps: 'holder' });

const byPriority: CollisionResolver = (view, holder, request) => {
  const calculate = priorityCalculators.require('effective');
  const higher =
    requestPriority(view, calculate, request) > holderPriority(view, calculate, holder.participant);
  return higher ? { keeps: 'requester' } : { keeps: 'holder' };
};

/** Whoever has said nothing yet gives way together with the other; both draw when to try again. */
const backoff: CollisionResolver = (view, holder, request) => {
  if (holder.firstContentAt !== null) return { keeps: 'holder' };
  const { slotMs } = view.settings['collision'] as { slotMs: number };
  const draw = (id: ParticipantId, index: number) => {
    const collisions = (view.floor.backoff[id]?.collisions ?? 0) + 1;
    if (collisions > MAX_COLLISIONS) return null;
    const slots = 2 ** Math.min(collisions, MAX_EXPONENT);
    return { collisions, until: view.at + Math.floor(view.random(index) * slots) * slotMs };
  };
  return {
    keeps: 'nobody',
    tries: {
      [holder.participant]: draw(holder.participant, 0),
      [request.participant]: draw(request.participant, 1),
    },
  };
};

/** The older wish wounds the younger, which keeps its age for the next time; the younger waits. */
const woundWait: CollisionResolver = (_view, holder, request) =>
  request.since < holder.request.since ? { keeps: 'requester' } : { keeps: 'holder' };

/** Resolvers by the name that a configuration uses; a host application may register more. */
export const collisionResolvers = registryOf<CollisionResolver>('collision resolver', {
  firstStarter,
  priority: byPriority,
  backoff,
  woundWait,
});
