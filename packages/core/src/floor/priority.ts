import type { ParticipantId } from '../kernel/id.ts';
import type { Millis } from '../kernel/instant.ts';
import { registryOf } from '../kernel/registry.ts';
import type { FloorView } from './view.ts';

/** What a priority is computed from. `waitedMs` stops growing when the floor is granted. */
export interface PriorityClaim {
  readonly participant: ParticipantId;
  readonly urgency: number;
  readonly waitedMs: Millis;
}

/**
 * A claim's priority: pure, finite, and for one claim linear in `waitedMs` with a slope that is the same
 * for everybody, so that it is known in advance when one claim overtakes another.
 */
export type PriorityCalculator = (view: FloorView, claim: PriorityClaim) => number;

/** TS-10: role base + urgency + quality + aging − decay for a recent share of speaking time. */
const effective: PriorityCalculator = (view, { participant, urgency, waitedMs }) => {
  const { roleBase, ...weights } = view.priority;
  const roles = view.member(participant)?.roles ?? [];
  const bases = roles.flatMap((role) => roleBase[role] ?? []);
  const { quality, recentShare } = view.figures(participant);
  return (
    (bases.length === 0 ? 0 : Math.max(...bases)) +
    weights.urgency * urgency +
    weights.quality * quality +
    (weights.agingPerSecond * waitedMs) / 1_000 -
    weights.decay * recentShare
  );
};

/** Calculators by the name that a configuration uses; a host application may register more. */
export const priorityCalculators = registryOf<PriorityCalculator>('priority calculator', { effective });

/** The claim behind a live request. */
export function requestPriority(
  view: FloorView,
  calculate: PriorityCalculator,
  request: { readonly participant: ParticipantId; readonly urgency?: number; readonly since: number },
): number {
  const { participant, urgency, since } = request;
  return calculate(view, { participant, urgency: urgency ?? 0, waitedMs: Math.max(0, view.at - since) });
}

/** The claim of whoever holds the floor, as it was when it was granted. */
export function holderPriority(
  view: FloorView,
  calculate: PriorityCalculator,
  holder: ParticipantId,
): number {
  const grant = view.floor.holders.find(({ participant }) => participant === holder);
  return calculate(view, {
    participant: holder,
    urgency: grant?.request.urgency ?? 0,
    waitedMs: grant?.request.waitedMs ?? 0,
  });
}
