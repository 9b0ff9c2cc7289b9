import { paymentRule, paymentRules } from './payments.ts';
import type { FloorRequest } from '../floor/request.ts';
import { tieBreak } from '../floor/tie-break.ts';
import type { FloorView } from '../floor/view.ts';
import type { Bid, ScoredBid } from '../floor/window.ts';
import type { ParticipantId } from '../kernel/id.ts';
import { bidEvaluators } from './evaluators.ts';
import type { CloseWindowMove } from './move.ts';
import type { StrategyView, TurnStrategy } from './strategy.ts';

const weight = (description: string, value: number) =>
  ({ type: 'number', min: 0, max: 100, default: value, description }) as const;

/** TS-3…TS-9: who wants the floor bids for it, in a window after each turn. */
export const bidding: TurnStrategy = {
  kind: 'bidding',
  description: 'Whoever wants to speak bids while a window is open; the best bid gets the floor.',
  settings: {
    bidWindowMs: {
      type: 'integer',
      unit: 'ms',
      min: 1,
      max: 3_600_000,
      default: 5_000,
      description: 'How long bids are taken before each turn.',
    },
    evaluation: {
      type: 'choice',
      choices: () => bidEvaluators.names(),
      default: 'multiAttribute',
      description: 'What makes a bid good.',
    },
    weights: {
      type: 'group',
      description: 'How much each attribute counts under multiAttribute.',
      settings: {
        urgency: weight('Urgency, as the bidder claims it.', 1),
        relevance: weight('How much the topic is the bidder’s own.', 0.5),
        quality: weight('How others rated what it said.', 0.5),
        fairness: weight('How little it has spoken lately.', 1),
        amount: weight('What it offers.', 1),
      },
    },
    rankUrgency: {
      type: 'boolean',
      default: false,
      description: 'Compare an urgency with the bidder’s own earlier ones instead of taking it at its word.',
    },
    payment: {
      type: 'choice',
      choices: Object.keys(paymentRules),
      default: 'none',
      description: 'What the bidders pay.',
    },
    currency: {
      type: 'choice',
      choices: ['priorityPoints', 'computeCredits', 'reputation', 'timeCredits'],
      default: 'priorityPoints',
      description: 'What amounts are counted in; must be that of credits.currency.',
    },
    excludePreviousSpeaker: {
      type: 'boolean',
      default: true,
      description: 'The previous speaker gets the floor only where nobody else bids.',
    },
    closeEarly: {
      type: 'boolean',
      default: true,
      description: 'Close the window as soon as everybody has bid or passed.',
    },
    ratingThreshold: {
      type: 'number',
      min: -1,
      max: 1,
      default: -0.5,
      description: 'A turn rated below it costs its stake of reputation.',
    },
  },
  waitsAs: 'pending',
  slots: () => 1,
  turnMs: (view) => view.timers.maxTurnMs,
  order: (view) => view.floor.queue,
  next(view) {
    if (view.floor.window) return isOver(view) ? closeWindow(view) : null;
    if (view.floor.holders.length > 0) return null;
    const wanted = bidders(view).length > 0 || (view.floor.turnUnclaimed && rivals(view).length > 0);
    return wanted ? { move: 'openWindow', closesAt: view.at + Number(view.settings['bidWindowMs']) } : null;
  },
  deadline: (view) => view.floor.window?.closesAt ?? null,
};

const bidders = (view: StrategyView): readonly FloorRequest[] =>
  view.waiting().filter((request) => view.eligible(request.participant));

/** Who is waited for: everybody who may hold the floor, without the previous speaker (TS-9). */
const rivals = (view: StrategyView): readonly ParticipantId[] =>
  view
    .members()
    .map(({ id }) => id)
    .filter((id) => view.eligible(id) && !isExcluded(view, id));

const isExcluded = (view: FloorView, id: ParticipantId): boolean =>
  view.settings['excludePreviousSpeaker'] === true && view.floor.lastTurn?.participant === id;

function isOver(view: StrategyView): boolean {
  const { window, queue } = view.floor;
  if (!window || view.at >= window.closesAt) return true;
  if (view.settings['closeEarly'] !== true) return false;
  const answered = new Set([...queue.map((request) => request.participant), ...window.passed]);
  return (
    rivals(view).every((id) => answered.has(id)) && (bidders(view).length > 0 || window.passed.length > 0)
  );
}

function closeWindow(view: StrategyView): CloseWindowMove {
  const { window } = view.floor;
  const bids = bidders(view).map(bidOf);
  const ranked = rank(view, bids);
  const [winner] = ranked;
  const rule = paymentRule(view.settings['payment']);
  const deferred = view.settings['currency'] === 'timeCredits' || view.settings['currency'] === 'reputation';
  const lowestWinning = (id: ParticipantId, most: number) => leastWinningAmount(view, bids, id, most);
  const scored = ranked.map(({ bid, score, parts }): ScoredBid => {
    const { participant, urgency, amount } = bid;
    const wins = participant === winner?.bid.participant;
    const pays = deferred ? 0 : rule(bid, wins, lowestWinning);
    return { participant, urgency, amount, score, parts, pays };
  });
  return {
    move: 'closeWindow',
    cause: window && view.at >= window.closesAt ? 'time' : 'complete',
    bids: scored,
    winner: winner?.bid.participant ?? null,
    stake: deferred,
  };
}

const bidOf = (request: FloorRequest): Bid => ({
  participant: request.participant,
  urgency: request.urgency ?? 0,
  estimatedMs: request.estimatedMs ?? null,
  preview: request.preview ?? null,
  amount: request.bid?.amount ?? 0,
  at: request.bid?.at ?? request.since,
});

/** Best first: the previous speaker last, then by score, then FL-9. */
function rank(view: FloorView, bids: readonly Bid[]) {
  const evaluate = bidEvaluators.require(String(view.settings['evaluation']));
  return bids
    .map((bid) => ({ bid, ...evaluate(view, bid, bids) }))
    .toSorted(
      (a, b) =>
        Number(isExcluded(view, a.bid.participant)) - Number(isExcluded(view, b.bid.participant)) ||
        b.score - a.score ||
        tieBreak(view, a.bid.participant, b.bid.participant),
    );
}

/** TS-8: the least whole amount with which the winner would still have won. */
function leastWinningAmount(
  view: FloorView,
  bids: readonly Bid[],
  winner: ParticipantId,
  most: number,
): number {
  const winsWith = (amount: number): boolean => {
    const changed = bids.map((bid) => (bid.participant === winner ? { ...bid, amount } : bid));
    return rank(view, changed)[0]?.bid.participant === winner;
  };
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (winsWith(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
}
