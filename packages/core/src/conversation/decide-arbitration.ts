import { accountOf } from '../credits/ledger.ts';
import { requestOf } from '../floor/floor.ts';
import type { Ballot, Choice } from '../floor/ballot.ts';
import { iso } from '../kernel/instant.ts';
import type { Result } from '../kernel/result.ts';
import { ok } from '../kernel/result.ts';
import { mintCredits } from './credits.ts';
import type { Draft } from './draft.ts';
import { cancelRequest } from './grants.ts';
import type { Handlers } from './handler.ts';
import {
  accepted,
  invalid,
  mayModerate,
  memberOf,
  namedMember,
  notPaused,
  rejected,
  speakerOf,
} from './handler.ts';
import type { Rejection } from './rejections.ts';
import { checkWish, enqueue, placeBid } from './requests.ts';

/** Bids, votes and credits. */
export const arbitrationHandlers: Handlers<'bid.place' | 'bid.pass' | 'vote.cast' | 'credits.mint'> = {
  'bid.place': (draft, { data, author }) => {
    const member = speakerOf(draft.state, author);
    if (!member.ok) return member;
    const open = openWindow(draft, data.window);
    if (!open.ok) return open;
    const { id } = member.value.profile;
    const { window: _, ...wish } = data;
    const sound = checkWish(draft.state, id, wish);
    if (!sound.ok) return sound;
    if (!requestOf(draft.state.floor, id)) {
      const entered = enqueue(draft, id, wish);
      if (!entered.ok) return entered;
    } else {
      placeBid(draft, id, wish);
    }
    const bid = requestOf(draft.state.floor, id)?.bid?.id;
    return accepted({ bid, submittedAt: iso(draft.at) });
  },

  /** Whoever passes does not want this turn: what it had bid is withdrawn. */
  'bid.pass': (draft, { data, author }) => {
    const member = speakerOf(draft.state, author);
    if (!member.ok) return member;
    const open = openWindow(draft, data.window);
    if (!open.ok) return open;
    const { id } = member.value.profile;
    if (requestOf(draft.state.floor, id)) cancelRequest(draft, id, 'requester');
    if (!draft.state.floor.window?.passed.includes(id)) {
      draft.emit('bid.passed', { window: data.window, participant: id });
    }
    return accepted({ window: data.window });
  },

  'vote.cast': (draft, { data, author }) => {
    const member = memberOf(draft.state, author);
    if (!member.ok) return member;
    const running = notPaused(draft.state);
    if (!running.ok) return running;
    const { ballot } = draft.state.floor;
    if (!ballot || ballot.id !== data.ballot) return rejected('vote.closed', 'This ballot is not open.');
    const { id } = member.value.profile;
    if (!ballot.electorate.includes(id)) {
      return rejected('vote.not_elector', 'Only who was present when the ballot opened may vote.');
    }
    const method = String(draft.state.config.floor.strategy['method'] ?? 'plurality');
    const sound = checkChoice(ballot, method, data.choice);
    if (!sound.ok) return sound;
    draft.emit('vote.cast', { ballot: ballot.id, participant: id }, { hidden: { choice: data.choice } });
    return accepted({ ballot: ballot.id });
  },

  'credits.mint': (draft, { data, author }) => {
    const allowed = mayModerate(draft.state, author);
    if (!allowed.ok) return allowed;
    const member = namedMember(draft.state, data.participant);
    if (!member.ok) return member;
    const { balance } = accountOf(draft.state.credits, data.participant);
    if (!Number.isSafeInteger(data.value) || data.value === 0 || balance + data.value < 0) {
      return invalid('data.value', 'whole units other than 0 that leave a balance of 0 or more');
    }
    if (!Number.isSafeInteger(balance + data.value))
      return invalid('data.value', 'an amount that can be counted');
    mintCredits(draft, data.participant, data.value);
    return accepted({ ...accountOf(draft.state.credits, data.participant) });
  },
};

/** TS-4. */
function openWindow(draft: Draft, window: string): Result<true, Rejection> {
  const running = notPaused(draft.state);
  if (!running.ok) return running;
  const open = draft.state.floor.window;
  if (open && open.id === window && draft.at < open.closesAt) return ok(true);
  return rejected('bidding.window_closed', 'This bid window is not open.');
}

/** What may be voted for, by the ballot's kind and method. */
function checkChoice(ballot: Ballot, method: string, choice: Choice): Result<true, Rejection> {
  if (choice === 'abstain') return ok(true);
  if (ballot.kind === 'motion') {
    return choice === 'yes' || choice === 'no'
      ? ok(true)
      : invalid('data.choice', '"yes", "no" or "abstain"');
  }
  const isCandidate = (id: unknown) => typeof id === 'string' && ballot.candidates.includes(id);
  if (method === 'plurality') {
    return isCandidate(choice) ? ok(true) : invalid('data.choice', 'one of the candidates, or "abstain"');
  }
  if (!Array.isArray(choice)) return invalid('data.choice', 'a list of candidates, or "abstain"');
  const wrong = choice.findIndex((id, index) => !isCandidate(id) || choice.indexOf(id) !== index);
  return wrong < 0 ? ok(true) : invalid(`data.choice.${wrong}`, 'a candidate that is named once');
}
