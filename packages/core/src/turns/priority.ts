import type { FloorRequest } from '../floor/request.ts';
import type { FloorView } from '../floor/view.ts';
import type { Instant } from '../kernel/instant.ts';
import { holderPriority, priorityCalculators, requestPriority } from '../floor/priority.ts';
import type { StrategyView, TurnStrategy } from './strategy.ts';
import { firstEligible } from './strategy.ts';

/** Far enough ahead for a slope without rounding. */
const FORESIGHT_MS = 1_000_000;

/** TS-10…TS-13: the highest effective priority speaks, and may cut a lower one short. */
export const priority: TurnStrategy = {
  kind: 'priority',
  description: 'Whoever has the highest priority speaks next; a much higher one cuts a turn short.',
  settings: {
    calculator: {
      type: 'choice',
      choices: () => priorityCalculators.names(),
      default: 'effective',
      description: 'How a priority is made up; the weights are those of floor.priority.',
    },
    preemptionThreshold: {
      type: 'number',
      min: 0,
      max: 1_000_000,
      default: 1,
      description: 'By how much a request must exceed the holder to cut it short.',
    },
    maxPreemptions: {
      type: 'integer',
      min: 0,
      max: 100,
      default: 2,
      description: 'After so many preemptions of one request it is immune.',
    },
  },
  waitsAs: 'accepted',
  slots: () => 1,
  turnMs: (view) => view.timers.maxTurnMs,
  order(view) {
    const calculate = calculator(view);
    return view.floor.queue
      .map((request) => ({ request, value: requestPriority(view, calculate, request) }))
      .toSorted(
        (a, b) => b.value - a.value || headOfClass(a.request, b.request) || a.request.seq - b.request.seq,
      )
      .map(({ request }) => request);
  },
  next(view) {
    const first = firstEligible(view);
    if (!first) return null;
    const value = requestPriority(view, calculator(view), first);
    const reason = `priority ${rounded(value)}`;
    const [holder] = view.floor.holders;
    if (!holder) return { move: 'grant', participant: first.participant, cause: 'priority', reason };
    const bar = preemptionBar(view);
    if (bar === null || value <= bar) return null;
    return { move: 'preempt', holder: holder.participant, reason: `${reason} against ${rounded(bar)}` };
  },
  deadline(view) {
    const bar = preemptionBar(view);
    const first = firstEligible(view);
    if (bar === null || !first) return null;
    const calculate = calculator(view);
    const valueAt = (at: Instant) => requestPriority({ ...view, at }, calculate, first);
    const now = valueAt(view.at);
    // Aging is linear, whoever calculates it, so two points say when the bar is reached.
    const perMs = (valueAt(view.at + FORESIGHT_MS) - now) / FORESIGHT_MS;
    if (now > bar || perMs <= 0) return null;
    // The loop only makes up for what rounding takes away.
    let at = view.at + Math.max(0, Math.floor((bar - now) / perMs) - 1);
    for (let tries = 0; tries < 16 && valueAt(at) <= bar; tries++) at += 1;
    return valueAt(at) > bar ? at : null;
  },
};

const calculator = (view: FloorView) => priorityCalculators.require(String(view.settings['calculator']));

/** TS-12: who was preempted goes before others of the same priority. */
const headOfClass = (a: FloorRequest, b: FloorRequest): number =>
  Number((b.resumes?.preemptions ?? 0) > 0) - Number((a.resumes?.preemptions ?? 0) > 0);

/** What a request must exceed to preempt the holder; null where nobody may. */
function preemptionBar(view: StrategyView): number | null {
  const [holder] = view.floor.holders;
  if (!holder || holder.revoking) return null;
  if (holder.request.preemptions >= Number(view.settings['maxPreemptions'])) return null;
  return (
    holderPriority(view, calculator(view), holder.participant) + Number(view.settings['preemptionThreshold'])
  );
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
