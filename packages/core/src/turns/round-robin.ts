import { requestOf } from '../floor/floor.ts';
import type { FloorMember, FloorView } from '../floor/view.ts';
import type { TurnStrategy } from './strategy.ts';
import { maxTurnMs } from './strategy.ts';

/** However much somebody overran, its next slice is at least this part of a whole one. */
const LEAST_SLICE = 0.25;

/** TS-14, TS-15: the floor goes round the roster in join order. */
export const roundRobin: TurnStrategy = {
  kind: 'roundRobin',
  description: 'The floor goes round in join order, a slice of time for each; agents may pass.',
  settings: {
    timeSliceMs: {
      type: 'integer',
      unit: 'ms',
      min: 1,
      max: 86_400_000,
      optional: true,
      description: 'How long one turn may last; wins over timers.maxTurnMs.',
    },
    skipIdle: {
      type: 'boolean',
      default: true,
      description: 'Leave out whoever is not active.',
    },
  },
  waitsAs: 'accepted',
  slots: () => 1,
  turnMs(view, participant) {
    const slice = maxTurnMs(view, 'timeSliceMs');
    const debt = view.floor.rotation.debts[participant] ?? 0;
    return Math.max(Math.ceil(slice * LEAST_SLICE), slice - debt);
  },
  order(view) {
    const places = new Map(fromNext(view).map((member, index) => [member.id, index]));
    return view.floor.queue.toSorted(
      (a, b) => (places.get(a.participant) ?? 0) - (places.get(b.participant) ?? 0),
    );
  },
  next(view) {
    if (view.floor.holders.length > 0) return null;
    const next = fromNext(view).find((member) => isOffered(view, member))?.id;
    return next === undefined ? null : { move: 'grant', participant: next, cause: 'slice' };
  },
  deadline: () => null,
};

/** The roster, beginning with whoever comes after the last turn. */
function fromNext(view: FloorView): readonly FloorMember[] {
  const { after } = view.floor.rotation;
  const later = view.members().filter(({ joinOrder }) => joinOrder > after);
  return [...later, ...view.members().filter(({ joinOrder }) => joinOrder <= after)];
}

/**
 * Whether the floor stops here: at whoever asked; and once somebody has spoken, at those who take offers
 * and have not passed since, so that a round in which all pass is the last.
 */
function isOffered(view: FloorView, member: FloorMember): boolean {
  if (!view.eligible(member.id)) return false;
  if (requestOf(view.floor, member.id)) return true;
  if (!view.floor.rotation.awake || !member.offered) return false;
  if (view.settings['skipIdle'] === true && !member.active) return false;
  return !view.floor.rotation.passed.includes(member.id);
}
