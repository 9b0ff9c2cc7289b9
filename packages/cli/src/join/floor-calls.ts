import type { BallotView, ConversationView, HolderView, InterruptionView } from '@parley/core';
import { plainLine } from '../terminal/plain-text.ts';
import { listed } from './names.ts';

/** What one needs to know of the floor to say what is going on there. */
export interface FloorGlance {
  readonly view: ConversationView;
  readonly me: string;
  /** I asked for the floor that I hold: without that it was offered. */
  readonly asked: boolean;
  /** My place in the queue, from 1; null when I am not in it. */
  readonly position: number | null;
  readonly estimatedWaitMs: number | null;
  /** By the hub's clock, in milliseconds since 1970. */
  readonly now: number;
}

/** Something undecided on the floor. */
export interface Call {
  /** The same for as long as it is the same thing. */
  readonly key: string;
  readonly text: string;
  /** I am the one to do something. */
  readonly mine: boolean;
}

/** All that is open on the floor: my turn, a bid window, a ballot, an interruption. What waits for me goes first. */
export function callsOf(glance: FloorGlance): Call[] {
  const calls = [interruptionCall(glance), ballotCall(glance), windowCall(glance), turnCall(glance)].filter(
    (call) => call !== null,
  );
  return [...calls.filter(({ mine }) => mine), ...calls.filter(({ mine }) => !mine)];
}

/** What I can do with the floor that I hold; null while I do not. */
function turnCall({ view, me, asked, now }: FloorGlance): Call | null {
  const holder = view.floor.holders.find(({ participant }) => participant === me);
  if (!holder) return null;
  const call = (stage: string, text: string): Call => ({
    key: `turn ${holder.grant} ${stage}`,
    text,
    mine: true,
  });
  if (holder.cutAt !== undefined) {
    return call('cut', `YOU have to stop${left(holder.cutAt, now)}: finish, or /release`);
  }
  if (isOffer(holder, asked)) {
    const begin = Date.parse(holder.since) + view.config.floor.timers.firstContentMs - now;
    return call(
      'offer',
      `YOU are offered the floor, ${clock(begin)} to begin: type and press Enter, or /pass`,
    );
  }
  return call('held', `YOU have the floor${left(holder.endsAt, now)}: type and press Enter, or /release`);
}

/** TS-14: the floor came round by itself, and nothing has been said yet. */
export const isOffer = (holder: HolderView, asked: boolean): boolean =>
  holder.cause === 'slice' && holder.startedAt === undefined && !asked;

function windowCall({ view, me, position, now }: FloorGlance): Call | null {
  const { window } = view.floor;
  if (!window) return null;
  const key = `window ${window.window}`;
  const time = left(window.closesAt, now);
  if (position !== null) return { key, text: `you have bid${time}: /bid changes it`, mine: false };
  if (window.passed.includes(me)) return { key, text: `you pass${time} for bids`, mine: false };
  if (isObserver(view, me)) return { key, text: `bids are taken${time}`, mine: false };
  return { key, text: `bids are taken${time}: /bid or /pass`, mine: true };
}

function ballotCall({ view, me, now }: FloorGlance): Call | null {
  const { ballot, interruption } = view.floor;
  if (!ballot) return null;
  const time = ` ${until(ballot.closesAt, now)} left`;
  const about = ballot.kind === 'motion' ? motion(view, me, interruption) : candidates(view, ballot);
  const key = `ballot ${ballot.ballot}`;
  const mine = ballot.electorate.includes(me) && !ballot.voted.includes(me);
  if (mine) {
    const how = ballot.kind === 'motion' ? '/yes or /no' : `/vote ${voteForm(view)}`;
    return { key, text: `${about}${time}: ${how}`, mine };
  }
  const count = `${ballot.voted.length} of ${ballot.electorate.length} have voted`;
  const voted = ballot.voted.includes(me)
    ? `you and ${ballot.voted.length - 1} of ${ballot.electorate.length - 1} others have voted`
    : count;
  return { key, text: `${about}${time}, ${voted}`, mine };
}

const candidates = (view: ConversationView, { candidates: ids }: BallotView): string =>
  `who speaks next, ${listed(
    ids.map((id) => nameIn(view, id)),
    'or',
  )}?`;

const motion = (view: ConversationView, me: string, open: InterruptionView): string =>
  open.state === 'none'
    ? 'may somebody interrupt?'
    : `may ${open.participant === me ? 'you' : nameIn(view, open.participant)} interrupt ${nameIn(view, open.holder)}?`;

/** How a vote is written under the ballot's method. */
export const voteForm = (view: ConversationView): string =>
  voteMethod(view) === 'plurality' ? 'NAME' : 'NAME,NAME';

export const voteMethod = ({ config }: ConversationView): string =>
  String(config.floor.strategy['method'] ?? 'plurality');

function interruptionCall({ view, me, now }: FloorGlance): Call | null {
  const open = view.floor.interruption;
  // A motion is told by its ballot.
  if (open.state === 'none' || open.stage === 'voting') return null;
  const key = `interruption ${open.interruption} ${open.stage}`;
  const time = left(open.deadline, now);
  const [speaker, holder] = [nameIn(view, open.participant), nameIn(view, open.holder)];
  const mine = open.holder === me;
  switch (open.stage) {
    case 'asked':
      if (mine) return { key, text: `${speaker} asks to interrupt YOU${time}: /yes or /no`, mine };
      if (open.participant === me) return { key, text: `${holder} is asked to let you speak${time}`, mine };
      return { key, text: `${speaker} asks to interrupt ${holder}${time}`, mine };
    case 'overlap': {
      const part = mine || open.participant === me;
      const both = part ? `YOU and ${mine ? speaker : holder}` : `${holder} and ${speaker}`;
      const text = `${both} speak at once${time}${part ? ': go on, or /yield' : ''}`;
      return { key, text, mine: part };
    }
    case 'deferred': {
      const who = open.participant === me ? 'you want' : `${speaker} wants`;
      const text = `${who} to interrupt ${mine ? 'you' : holder}, decided in ${until(open.deadline, now)}`;
      return { key, text, mine: false };
    }
  }
}

export const isObserver = (view: ConversationView, id: string): boolean =>
  view.participants.find((person) => person.id === id)?.roles.includes('observer') ?? true;

export const nameIn = (view: ConversationView, id: string): string =>
  plainLine([...view.participants, ...view.departed].find((person) => person.id === id)?.displayName ?? id);

/** `, 1:05 left`; nothing for what is not an instant. */
export const left = (at: string, now: number): string =>
  Number.isNaN(Date.parse(at)) ? '' : `, ${until(at, now)} left`;

export const until = (at: string, now: number): string => clock(Date.parse(at) - now);

/** Minutes and seconds, rounded up, never below zero: `1:05`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
