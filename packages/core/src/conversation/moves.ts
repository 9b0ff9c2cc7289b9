import { requestOf } from '../floor/floor.ts';
import { idFor } from '../kernel/id.ts';
import { iso } from '../kernel/instant.ts';
import type { CloseWindowMove, CollideMove, Move } from '../turns/move.ts';
import { settleWindow } from './credits.ts';
import type { Draft } from './draft.ts';
import { cutFloor, denyRequest, grantFloor, requeue, revokeFloor } from './grants.ts';

/** Makes a strategy's move into events. */
export function apply(draft: Draft, move: Move): void {
  switch (move.move) {
    case 'grant':
      grantFloor(
        draft,
        move.participant,
        move.cause,
        move.reason === undefined ? {} : { reason: move.reason },
      );
      return;
    case 'preempt': {
      const grant = draft.state.floor.holders.find(({ participant }) => participant === move.holder);
      if (grant) revokeFloor(draft, grant, 'preempted', move.reason);
      return;
    }
    case 'openWindow':
      draft.emit('bidding.opened', { window: idFor.window(draft.nextSeq), closesAt: iso(move.closesAt) });
      return;
    case 'closeWindow':
      closeWindow(draft, move);
      return;
    case 'openBallot':
      draft.emit('ballot.opened', {
        ballot: idFor.ballot(draft.nextSeq),
        kind: 'turn',
        candidates: move.candidates,
        electorate: move.electorate,
        closesAt: iso(move.closesAt),
      });
      return;
    case 'closeBallot': {
      const { id: ballot = '', choices = {} } = draft.state.floor.ballot ?? {};
      const { outcome, winner, tally, cause, denied } = move;
      draft.emit('ballot.closed', {
        ballot,
        kind: 'turn',
        outcome,
        tally,
        ...(cause === undefined ? {} : { cause }),
        ...(winner === null ? {} : { winner }),
      });
      for (const participant of denied) denyRequest(draft, participant, 'no_consensus');
      if (winner !== null) {
        grantFloor(draft, winner, 'vote', {
          reason: `${tally[winner] ?? 0} of ${Object.keys(choices).length} ballots`,
        });
      }
      return;
    }
    case 'collide':
      collide(draft, move);
      return;
  }
}

/** TS-6, TS-8: the result for all, the payments, the loss to each loser, the floor to the winner. */
function closeWindow(draft: Draft, { bids, winner, cause, stake }: CloseWindowMove): void {
  const window = draft.state.floor.window?.id ?? '';
  const requests = new Map(
    bids.map(({ participant }) => [participant, requestOf(draft.state.floor, participant)]),
  );
  draft.emit('bidding.closed', { window, winner, cause, bids });
  settleWindow(
    draft,
    bids.map(({ participant, amount, pays }) => ({
      participant,
      amount,
      pays,
      stakes: stake && participant === winner,
    })),
    winner,
  );
  for (const { participant } of bids) {
    if (participant === winner) continue;
    const bid = requests.get(participant)?.bid?.id ?? null;
    draft.emit('bid.lost', { window, bid, participant, winner }, { audience: [participant] });
    draft.emit('floor.denied', { participant, cause: 'bid.lost' });
  }
  if (winner === null) return;
  const won = bids.find(({ participant }) => participant === winner);
  grantFloor(draft, winner, 'bid', {
    reason: `best of ${bids.length} with ${Math.round((won?.score ?? 0) * 1_000) / 1_000}`,
    ...(stake ? { stake: won?.amount ?? 0 } : {}),
  });
}

/** TS-19, TS-20. */
function collide(draft: Draft, { holder, requester, resolution, outcome }: CollideMove): void {
  const grant = draft.state.floor.holders.find(({ participant }) => participant === holder);
  if (!grant) return;
  const keeps = outcome.keeps === 'nobody' ? null : outcome.keeps === 'holder' ? holder : requester;
  draft.emit('collision.detected', {
    participants: [holder, requester],
    resolution,
    keeps,
    ...(outcome.keeps === 'nobody' ? { tries: times(outcome.tries) } : {}),
  });
  if (outcome.keeps === 'holder') return;
  cutFloor(draft, grant, 'collision');
  if (outcome.keeps === 'requester') {
    const since = resolution === 'woundWait' ? grant.request.since : undefined;
    requeue(draft, grant, grant.request.preemptions, { head: true, since });
    grantFloor(draft, requester, 'slot', { reason: `collision settled by ${resolution}` });
    return;
  }
  if (outcome.tries[holder]) requeue(draft, grant, grant.request.preemptions);
  if (!outcome.tries[requester]) denyRequest(draft, requester, 'collision');
}

const times = (tries: Readonly<Record<string, { collisions: number; until: number } | null>>) =>
  Object.fromEntries(
    Object.entries(tries).map(([id, each]) => [
      id,
      each && { collisions: each.collisions, until: iso(each.until) },
    ]),
  );

/** TS-18, FL-15: a window or ballot that is closed without effect; what was offered comes back. */
export function abandonArbitration(draft: Draft, cause: 'reconfigured' | 'ended' | 'head'): void {
  const { window, ballot } = draft.state.floor;
  if (window) {
    draft.emit('bidding.closed', { window: window.id, winner: null, cause, bids: [] });
  }
  if (ballot) {
    draft.emit('ballot.closed', { ballot: ballot.id, kind: ballot.kind, outcome: 'void', cause, tally: {} });
  }
}
