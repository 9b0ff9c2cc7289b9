import { registryOf } from '../kernel/registry.ts';
import type { Bid } from '../floor/window.ts';
import type { FloorView } from '../floor/view.ts';

/** TS-7: a bid's score and what it is made of. Higher is better; only finite numbers are. */
export interface Evaluation {
  readonly score: number;
  readonly parts: Readonly<Record<string, number>>;
}

/** Pure: the same view and bids give the same scores. */
export type BidEvaluator = (view: FloorView, bid: Bid, all: readonly Bid[]) => Evaluation;

/** What somebody's urgency is worth; with `rankUrgency`, among its own latest ones: talk is cheap. */
function urgencyOf(view: FloorView, bid: Bid): number {
  if (view.settings['rankUrgency'] !== true) return bid.urgency;
  const history = view.figures(bid.participant).urgencies;
  if (history.length === 0) return bid.urgency;
  const below = history.filter((urgency) => urgency < bid.urgency).length;
  const equal = history.filter((urgency) => urgency === bid.urgency).length;
  return (below + equal / 2) / history.length;
}

/** How much of the topic the bidder says it cares about: 1 when it was addressed, else by its interests. */
function relevanceOf(view: FloorView, bid: Bid): number {
  if (view.floor.lastTurn?.addressed.includes(bid.participant)) return 1;
  const words = new Set((view.topic ?? '').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  const interests = view.member(bid.participant)?.interests ?? [];
  if (words.size === 0 || interests.length === 0) return 0;
  const met = interests.filter((interest) => words.has(interest.toLowerCase())).length;
  return met / interests.length;
}

const multiAttribute: BidEvaluator = (view, bid, all) => {
  const weights = view.settings['weights'] as Readonly<Record<string, number>>;
  const most = all.reduce((max, other) => Math.max(max, other.amount), 0);
  const { quality, recentShare } = view.figures(bid.participant);
  const attributes: Record<string, number> = {
    urgency: urgencyOf(view, bid),
    relevance: relevanceOf(view, bid),
    quality: (quality + 1) / 2,
    fairness: 1 - recentShare,
    amount: most === 0 ? 0 : bid.amount / most,
  };
  const parts = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, value * (weights[name] ?? 0)]),
  );
  return { score: Object.values(parts).reduce((sum, part) => sum + part, 0), parts };
};

/** Evaluators by the name that a configuration uses; a host application may register more. */
export const bidEvaluators = registryOf<BidEvaluator>('bid evaluator', {
  urgency: (view, bid) => {
    const urgency = urgencyOf(view, bid);
    return { score: urgency, parts: { urgency } };
  },
  highestAmount: (_view, bid) => ({ score: bid.amount, parts: { amount: bid.amount } }),
  multiAttribute,
});
