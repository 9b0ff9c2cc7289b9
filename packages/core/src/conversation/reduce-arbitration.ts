import type { Millis } from '../kernel/instant.ts';
import type { ContributionView, ConversationView, InterruptionView } from './view.ts';
import type { Reductions } from './view-event.ts';
import { later, withContribution, withFloor, withoutFloorPart } from './view-parts.ts';

const same = (view: ConversationView): ConversationView => view;

/** Bid windows, ballots, credits and interruptions, as whoever receives the events sees them. */
export const reduceArbitration: Reductions<
  | 'bidding.opened'
  | 'bidding.closed'
  | 'bid.placed'
  | 'bid.passed'
  | 'bid.lost'
  | 'credits.changed'
  | 'ballot.opened'
  | 'ballot.closed'
  | 'vote.cast'
  | 'collision.detected'
  | 'interruption.requested'
  | 'interruption.answered'
  | 'interruption.granted'
  | 'interruption.denied'
  | 'interruption.moot'
  | 'overlap.started'
  | 'overlap.ended'
> = {
  'bidding.opened': (view, { data }) =>
    withFloor(view, { window: { window: data.window, closesAt: data.closesAt, passed: [] } }),
  'bidding.closed': (view) => withoutFloorPart(view, 'window'),
  'bid.placed': (view, { data }) => ({
    ...view,
    floor: {
      ...view.floor,
      queue: view.floor.queue.map((entry) => {
        if (entry.participant !== data.participant) return entry;
        const { preview: _, ...rest } = entry;
        return data.preview === undefined ? rest : { ...rest, preview: data.preview };
      }),
    },
  }),
  'bid.passed': (view, { data }) => {
    const { window } = view.floor;
    if (!window || window.passed.includes(data.participant)) return view;
    return withFloor(view, { window: { ...window, passed: [...window.passed, data.participant] } });
  },
  'bid.lost': same,
  'credits.changed': (view, { data }) => {
    const { participant, currency, balance, escrow } = data;
    const row = { participant, currency, balance, escrow };
    const known = view.credits.some((other) => other.participant === participant);
    return {
      ...view,
      credits: known
        ? view.credits.map((other) => (other.participant === participant ? row : other))
        : [...view.credits, row],
    };
  },

  'ballot.opened': (view, { data }) => {
    const { ballot, kind, candidates, electorate, closesAt } = data;
    return withFloor(view, { ballot: { ballot, kind, candidates, electorate, closesAt, voted: [] } });
  },
  'ballot.closed': (view) => withoutFloorPart(view, 'ballot'),
  'vote.cast': (view, { data }) => {
    const { ballot } = view.floor;
    if (ballot?.ballot !== data.ballot || ballot.voted.includes(data.participant)) return view;
    return withFloor(view, { ballot: { ...ballot, voted: [...ballot.voted, data.participant] } });
  },
  'collision.detected': same,

  'interruption.requested': (view, { data, at }) => {
    const { interruption, participant, holder, stage, deadline } = data;
    const open = view.floor.interruption;
    // One is shown: further attempts that are put off are decided in the same instant as it is.
    if (stage === 'deferred' && open.state !== 'none' && open.interruption !== interruption) return view;
    return withFloor(view, {
      interruption: { state: 'pending', interruption, participant, holder, stage, since: at, deadline },
    });
  },
  'interruption.answered': same,
  'interruption.granted': (view, { data }) =>
    settled(counted(view, data.participant, data.holder), data.interruption),
  'interruption.denied': (view, { data }) => settled(view, data.interruption),
  'interruption.moot': (view, { data }) => settled(view, data.interruption),
  'overlap.started': (view, { data, at }) => {
    const [holder = '', participant = ''] = data.participants;
    const { interruption, deadline } = data;
    return withFloor(counted(view, participant, holder), {
      interruption: {
        state: 'overlap',
        interruption,
        participant,
        holder,
        stage: 'overlap',
        since: at,
        deadline,
      },
    });
  },
  'overlap.ended': (view, { data }) => settled(view, data.interruption),
};

/** After a pause: what was open stays open for as long as it had left. */
export function arbitrationLater(view: ConversationView, ms: Millis): ConversationView {
  const { window, ballot, interruption } = view.floor;
  return withFloor(view, {
    ...(window ? { window: { ...window, closesAt: later(window.closesAt, ms) } } : {}),
    ...(ballot ? { ballot: { ...ballot, closesAt: later(ballot.closesAt, ms) } } : {}),
    interruption:
      interruption.state === 'none'
        ? interruption
        : { ...interruption, deadline: later(interruption.deadline, ms) },
  });
}

const none: InterruptionView = { state: 'none' };

const settled = (view: ConversationView, id: string): ConversationView =>
  view.floor.interruption.state !== 'none' && view.floor.interruption.interruption === id
    ? withFloor(view, { interruption: none })
    : view;

function counted(view: ConversationView, interrupter: string, holder: string): ConversationView {
  const plus = (key: 'interruptionsMade' | 'interruptionsSuffered') => (sum: ContributionView) => ({
    ...sum,
    [key]: sum[key] + 1,
  });
  return withContribution(
    withContribution(view, interrupter, plus('interruptionsMade')),
    holder,
    plus('interruptionsSuffered'),
  );
}
