import type { DurableWireEvent } from '@parley/client';
import { fromNow } from './people.ts';
import { VIEW } from './stage-view.ts';

export const event = <T extends DurableWireEvent['event']>(
  name: T,
  seq: number,
  data: Extract<DurableWireEvent, { event: T }>['data'],
): DurableWireEvent =>
  ({ event: name, conversation: VIEW.id, seq, at: fromNow(-1), data }) as DurableWireEvent;

export const myBid = event('bid.placed', 42, {
  bid: 'bid_42',
  window: 'win_41',
  participant: 'prt_me',
  urgency: 0.7,
  amount: { currency: 'priorityPoints', value: 12 },
});
export const bidsClosed = event('bidding.closed', 45, {
  window: 'win_41',
  winner: 'prt_tomas',
  cause: 'complete',
  bids: [
    {
      participant: 'prt_tomas',
      urgency: 0.9,
      amount: 15,
      score: 2.317,
      parts: { urgency: 0.9, relevance: 0.25, quality: 0.167, fairness: 0.5, amount: 0.5 },
      pays: 12,
    },
    {
      participant: 'prt_me',
      urgency: 0.7,
      amount: 12,
      score: 1.98,
      parts: { urgency: 0.7, relevance: 0.25, quality: 0.13, fairness: 0.5, amount: 0.4 },
      pays: 0,
    },
  ],
});
export const ballotClosed = event('ballot.closed', 45, {
  ballot: 'bal_41',
  kind: 'turn',
  outcome: 'decided',
  winner: 'prt_tomas',
  tally: { prt_tomas: 3, prt_atlas: 1, prt_layla: 0 },
});
export const collision = event('collision.detected', 45, {
  participants: ['prt_atlas', 'prt_me'],
  resolution: 'firstStarter',
  keeps: 'prt_atlas',
});

export const wish = event('interruption.requested', 41, {
  interruption: 'int_41',
  participant: 'prt_tomas',
  holder: 'prt_me',
  stage: 'asked',
  deadline: fromNow(4),
  queueIfDenied: true,
  reason: 'The numbers for Old Ferry are from before the flood.',
});
