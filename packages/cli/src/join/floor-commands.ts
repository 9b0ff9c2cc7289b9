import type { ConversationView } from '@parley/core';
import { isObserver, isOffer } from './floor-calls.ts';
import { isBidding, mayResume } from './floor-line.ts';

/** What a person wants of the floor beyond a raised hand. Names are as typed. */
export type FloorInput =
  | { readonly kind: 'bid'; readonly urgency: number; readonly amount?: number; readonly preview?: string }
  | { readonly kind: 'vote'; readonly choices: readonly string[] }
  | { readonly kind: 'interrupt'; readonly reason?: string }
  | { readonly kind: 'answer'; readonly yes: boolean }
  | { readonly kind: 'pass' | 'yield' | 'resume' | 'credits' }
  | { readonly kind: 'revoke'; readonly name?: string }
  /** `typed` is all of it: a name may end with a number. */
  | { readonly kind: 'mute'; readonly typed: string; readonly name: string; readonly ms?: number }
  | { readonly kind: 'unmute'; readonly name: string }
  | { readonly kind: 'extend'; readonly ms: number }
  | { readonly kind: 'strategy' | 'policy'; readonly name?: string };

export type Problem = { readonly kind: 'problem'; readonly problem: string };
export const problem = (text: string): Problem => ({ kind: 'problem', problem: text });

/** What help goes by: whether a command can do anything at the moment. */
export type Possible = (view: ConversationView, me: string) => boolean;

interface FloorCommand {
  readonly usage: string;
  readonly help: string;
  readonly possible: Possible;
  parse(rest: string): FloorInput | Problem;
}

/** Where a bidder does not say how urgent it is. */
const USUAL_URGENCY = 0.5;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;

export const holds: Possible = (view, me) => view.floor.holders.some(({ participant }) => participant === me);

/** The holder is asked whether it gives way. */
export const isAsked: Possible = ({ floor: { interruption } }, me) =>
  interruption.state !== 'none' && interruption.stage === 'asked' && interruption.holder === me;

const votes: Possible = (view, me) => view.floor.ballot?.electorate.includes(me) ?? false;
const votesOnMotion: Possible = (view, me) => votes(view, me) && view.floor.ballot?.kind === 'motion';
export const moderates: Possible = (view) => view.viewer.moderator;

const answer = (word: 'yes' | 'no', help: string): FloorCommand => ({
  usage: `/${word}`,
  help,
  possible: (view, me) => isAsked(view, me) || votesOnMotion(view, me),
  parse: () => ({ kind: 'answer', yes: word === 'yes' }),
});

/** In the order in which /help lists them. */
export const FLOOR_COMMANDS: Readonly<Record<string, FloorCommand>> = {
  bid: {
    usage: '/bid [0…1 [N]] [TEXT]',
    help: 'bid for the next turn: how urgent, N credits, what about',
    possible: (view, me) => isBidding(view) && !isObserver(view, me) && !holds(view, me),
    parse: parseBid,
  },
  pass: {
    usage: '/pass',
    help: 'leave this turn to others',
    possible: (view, me) =>
      (view.floor.window !== undefined && !view.floor.window.passed.includes(me)) ||
      view.floor.holders.some((holder) => holder.participant === me && isOffer(holder, false)),
    parse: () => ({ kind: 'pass' }),
  },
  vote: {
    usage: '/vote NAME[,NAME…]',
    help: 'vote for who speaks next, best first; or yes, no, abstain',
    possible: votes,
    parse(rest) {
      const choices = rest.split(',').map((each) => each.trim());
      if (choices.some((each) => each === '')) {
        return problem('vote for whom? /vote NAME, /vote NAME,NAME, or yes, no, abstain');
      }
      return { kind: 'vote', choices };
    },
  },
  yes: answer('yes', 'give way to who asks, or vote for a motion'),
  no: answer('no', 'go on speaking, or vote against a motion'),
  interrupt: {
    usage: '/interrupt [REASON]',
    help: 'speak before the holder has finished, if the policy allows it',
    possible: (view, me) =>
      view.floor.holders.length > 0 && !holds(view, me) && !isObserver(view, me) && view.status === 'active',
    parse: (rest) => ({ kind: 'interrupt', ...(rest === '' ? {} : { reason: rest }) }),
  },
  yield: {
    usage: '/yield',
    help: 'give way to whoever speaks at the same time',
    possible: holds,
    parse: () => ({ kind: 'yield' }),
  },
  resume: {
    usage: '/resume',
    help: 'go on after a pause',
    possible: mayResume,
    parse: () => ({ kind: 'resume' }),
  },
  credits: {
    usage: '/credits',
    help: 'what you have, and what your bid holds',
    possible: (view) => isBidding(view),
    parse: () => ({ kind: 'credits' }),
  },
  revoke: {
    usage: '/revoke [NAME]',
    help: 'take the floor away (moderators)',
    possible: (view, me) => moderates(view, me) && view.floor.holders.length > 0,
    parse: (rest) => ({ kind: 'revoke', ...(rest === '' ? {} : { name: rest }) }),
  },
  mute: {
    usage: '/mute NAME [SECONDS]',
    help: 'keep the floor from somebody, for a time or until /unmute (moderators)',
    possible: moderates,
    parse: parseMute,
  },
  unmute: {
    usage: '/unmute NAME',
    help: 'let somebody who is muted speak again (moderators)',
    possible: (view, me) => moderates(view, me) && view.participants.some(({ muted }) => muted !== undefined),
    parse: (rest) => (rest === '' ? problem('whom? /unmute NAME') : { kind: 'unmute', name: rest }),
  },
  extend: {
    usage: '/extend SECONDS',
    help: 'give whoever speaks more time (moderators)',
    possible: (view, me) => moderates(view, me) && view.floor.holders.length > 0,
    parse(rest) {
      const seconds = NUMBER.test(rest) ? Number(rest) : Number.NaN;
      return seconds > 0
        ? { kind: 'extend', ms: Math.round(seconds * 1_000) }
        : problem('by how many seconds? /extend 30');
    },
  },
  strategy: {
    usage: '/strategy KIND',
    help: 'change how turns are given (moderators)',
    possible: moderates,
    parse: (rest) => ({ kind: 'strategy', ...(rest === '' ? {} : { name: rest }) }),
  },
  policy: {
    usage: '/policy KIND',
    help: 'change who may interrupt (moderators)',
    possible: moderates,
    parse: (rest) => ({ kind: 'policy', ...(rest === '' ? {} : { name: rest }) }),
  },
};

/** A name, which may have spaces, and then a number where there is one. */
function parseMute(rest: string): FloorInput | Problem {
  const [, name, seconds] = /^(.*?)(?:\s+(\S+))?$/s.exec(rest) ?? [];
  if (rest === '' || name === undefined) return problem('whom? /mute NAME, or /mute NAME 60');
  if (seconds === undefined || !NUMBER.test(seconds)) return { kind: 'mute', typed: rest, name: rest };
  if (!(Number(seconds) > 0)) return problem('for how many seconds? /mute NAME 60');
  return { kind: 'mute', typed: rest, name, ms: Math.round(Number(seconds) * 1_000) };
}

/** Two numbers at most, the urgency first, and then the rest as it is. */
function parseBid(rest: string): FloorInput | Problem {
  const words = rest === '' ? [] : rest.split(/\s+/);
  const numbers: number[] = [];
  let preview = rest;
  while (numbers.length < 2 && NUMBER.test(words[numbers.length] ?? '')) {
    preview = preview.slice(words[numbers.length]!.length).trimStart();
    numbers.push(Number(words[numbers.length]));
  }
  const [urgency = USUAL_URGENCY, amount] = numbers;
  if (urgency < 0 || urgency > 1) return problem('urgency is a number from 0 to 1, such as /bid 0.8 10');
  if (amount !== undefined && !(Number.isSafeInteger(amount) && amount >= 0)) {
    return problem('the amount is a whole number of credits, such as /bid 0.8 10');
  }
  return {
    kind: 'bid',
    urgency,
    ...(amount === undefined ? {} : { amount }),
    ...(preview === '' ? {} : { preview }),
  };
}
