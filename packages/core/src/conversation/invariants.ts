import { entryOf } from '../kernel/table.ts';
import { LIMITS } from '../kernel/limits.ts';
import { isObserver } from '../participants/role.ts';
import { nextDeadline } from './deadlines.ts';
import { totalOf } from '../credits/ledger.ts';
import { mayHold, slotsOf } from './floor-view.ts';
import type { State } from './state.ts';
import { openReplyWindow } from './reply-window.ts';
import { barrierUntil } from './strong-views.ts';

/**
 * The promises of the floor as code: what is broken in this state, in words; nothing when all is well.
 * Simulations ask after every step, at the instant of the last event.
 */
export function checkInvariants(state: State): string[] {
  if (state.status === 'new') return [];
  const broken: string[] = [];
  const expect = (holds: boolean, rule: string) => {
    if (!holds) broken.push(rule);
  };
  const { holders, queue, pastGrants } = state.floor;
  const overlap = state.floor.interruption?.stage === 'overlap' ? 1 : 0;
  const slots = slotsOf(state) + overlap;

  expect(holders.length <= slots, `FL-1: ${holders.length} holders where ${slots} may be`);
  for (const { participant, grant, firstContentAt, armedAt, lastContentAt } of holders) {
    const member = state.participants[participant];
    expect(member !== undefined, `FL-2: holder ${participant} is not a member`);
    expect(!member || !isObserver(member.profile.roles), `FL-2: holder ${participant} is an observer`);
    expect(!member || member.muted === null, `DG-3: ${participant} holds the floor and is muted`);
    expect(grant <= state.seq, `FL-5: grant ${grant} lies ahead of seq ${state.seq}`);
    expect(
      entryOf(pastGrants, participant)?.at(-1) === grant,
      `FL-5: grant ${grant} is not the latest of ${participant}`,
    );
    expect((firstContentAt ?? armedAt) <= (lastContentAt ?? state.at), 'FL-6: a turn ends before it begins');
  }
  const speakers = [...holders, ...queue].map(({ participant }) => participant);
  expect(new Set(speakers).size === speakers.length, 'FL-4: somebody has two requests or turns');
  for (const { participant } of queue) {
    const member = state.participants[participant];
    expect(member !== undefined, `FL-8: ${participant} left and still waits`);
    expect(!member || !isObserver(member.profile.roles), `FL-2: observer ${participant} waits for the floor`);
  }
  // Whoever is put back at its head by a rule was not counted when it held the floor.
  const asked = queue.filter(({ pinned }) => pinned !== true).length;
  expect(asked <= state.config.floor.queueLengthMax, 'the queue is longer than it may be');

  const free = state.status === 'active' && holders.length < slots - overlap;
  const gate = openReplyWindow(state, state.at);
  const arbitrating = state.floor.window !== null || state.floor.ballot?.kind === 'turn';
  const waiting = queue.some(
    ({ participant }) =>
      mayHold(state, participant) &&
      !arbitrating &&
      barrierUntil(state) === null &&
      (state.floor.backoff[participant]?.until ?? 0) <= state.at &&
      (!gate || gate.addressees.includes(participant)),
  );
  expect(!free || !waiting, 'FL-6: the floor is idle and somebody waits');
  expect(
    state.status === 'active' || state.status === 'paused' || speakers.length === 0,
    'FL-11: turns after the end',
  );

  for (const [id, { balance, escrow }] of Object.entries(state.credits)) {
    expect(balance >= 0 && escrow >= 0, `TS-8: ${id} owes credits`);
    const bid = queue.find(({ participant }) => participant === id)?.bid?.amount ?? 0;
    const stakes = holders.reduce((sum, grant) => (grant.participant === id ? sum + grant.stake : sum), 0);
    expect(escrow === bid + stakes, `TS-8: ${id} has ${escrow} in escrow for ${bid + stakes}`);
  }
  expect(Number.isSafeInteger(totalOf(state.credits)), 'TS-8: the credits cannot be counted');

  for (const [id, { pending }] of Object.entries(state.webhooks)) {
    expect(Object.hasOwn(state.participants, id), `PR-3: ${id} left and is still called`);
    expect(pending.length <= LIMITS.pendingNotifications, `PR-3: too much waits for ${id}`);
  }
  for (const id of Object.keys(state.floor.missed)) {
    expect(Object.hasOwn(state.participants, id), `PR-3: ${id} left and is owed a turn`);
  }

  const members = Object.keys(state.participants);
  expect(members.length <= state.config.participantsMax || state.joins > members.length, 'too many members');
  expect(
    members.length > 0 || state.joins === 0 || state.emptySince !== null,
    'PR-4: empty and not known to be',
  );
  const due = nextDeadline(state);
  expect(due === null || Number.isFinite(due), 'a deadline is not an instant');
  return broken;
}
