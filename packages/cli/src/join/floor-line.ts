import type { Room } from '@parley/client';
import type { ConversationView, HolderView } from '@parley/core';
import type { FloorGlance } from './floor-calls.ts';
import { callsOf, clock, left, nameIn, until } from './floor-calls.ts';
import { listed } from './names.ts';

/** Holders that are named with their time; of more only the names. */
const TIMED_HOLDERS = 2;
const NAMED_HOLDERS = 4;

/** What is going on with the floor, who holds it, for how long still, and where I stand. */
export function floorLine(glance: FloorGlance): string {
  const { view } = glance;
  if (view.status !== 'active') return halted(glance);
  const calls = callsOf(glance);
  const holders = holderParts(glance);
  const parts = [...calls.filter(({ mine }) => mine).map(({ text }) => text), ...holders];
  parts.push(...calls.filter(({ mine }) => !mine).map(({ text }) => text));
  if (parts.length === 0) {
    parts.push(view.floor.phase === 'idle' ? 'The floor is free' : 'The floor is being decided');
  }
  const standing = standingOf(glance);
  if (standing !== null) parts.push(standing);
  const account = isBidding(view) ? accountOf(glance) : null;
  if (account !== null) parts.push(account);
  const behind = behindPart(glance);
  if (behind !== null) parts.push(behind);
  return parts.join(' · ');
}

export const glanceOf = (room: Room, now: number): FloorGlance => ({
  view: room.view,
  me: room.me,
  asked: room.floor.asked,
  position: room.floor.position,
  estimatedWaitMs: room.floor.estimatedWaitMs,
  now,
});

/** Why nothing goes on, and whether I can change that. */
export function halted({ view, me }: FloorGlance): string {
  if (view.status !== 'paused') return `The conversation is ${view.status}.`;
  const way = mayResume(view, me) ? '/resume goes on' : '';
  if (view.paused?.cause === 'loop_guard') {
    const turns = view.config.floor.maxConsecutiveAgentTurns;
    return `Paused: ${turns === 1 ? '1 turn' : `${turns} turns`} in a row without a human. ${way}`.trim();
  }
  return `The conversation is paused. ${way}`.trim();
}

/** FL-14: any human member ends the pause of a loop guard, a moderator any. */
export const mayResume = (view: ConversationView, me: string): boolean =>
  view.status === 'paused' &&
  (view.viewer.moderator ||
    (view.paused?.cause === 'loop_guard' &&
      view.participants.some(({ id, kind }) => id === me && kind === 'human')));

export const isBidding = ({ config }: ConversationView): boolean => config.floor.strategy.kind === 'bidding';

function holderParts({ view, me, now }: FloorGlance): string[] {
  const { holders, interruption } = view.floor;
  // Who speaks at once with another is told as that.
  const told: readonly string[] =
    interruption.state === 'overlap' ? [interruption.holder, interruption.participant] : [];
  const others = holders.filter(({ participant }) => participant !== me && !told.includes(participant));
  if (others.length <= TIMED_HOLDERS) return others.map((holder) => holderPart(view, holder, now));
  const names = others.slice(0, NAMED_HOLDERS).map(({ participant }) => nameIn(view, participant));
  if (others.length > NAMED_HOLDERS) names.push(`${others.length - NAMED_HOLDERS} more`);
  return [`${listed(names)} have the floor`];
}

function holderPart(view: ConversationView, { participant, endsAt, cutAt }: HolderView, now: number): string {
  const name = nameIn(view, participant);
  if (cutAt !== undefined) return `${name} has to stop in ${until(cutAt, now)}`;
  return `${name} has the floor${left(endsAt, now)}`;
}

/** My place among those who wait, in the words of the strategy. */
function standingOf({ view, position, estimatedWaitMs }: FloorGlance): string | null {
  const { queue, window, ballot } = view.floor;
  if (position === null) return queue.length > 0 ? `${queue.length} waiting` : null;
  const { kind } = view.config.floor.strategy;
  if (kind === 'bidding') return window ? null : 'your bid stands for the next turn';
  if (kind === 'consensus') return ballot?.kind === 'turn' ? null : 'you stand for the next turn';
  const wait = estimatedWaitMs === null ? '' : `, about ${clock(estimatedWaitMs)}`;
  return `you are ${position} of ${Math.max(queue.length, position)} in line${wait}`;
}

/** CS-1, CS-2: whose view lacks something that was said. */
function behindPart({ view, me }: FloorGlance): string | null {
  const stale = view.participants.filter((person) => person.stale).map(({ id }) => id);
  if (stale.length === 0) return null;
  const others = stale.filter((id) => id !== me);
  const names = others.slice(0, NAMED_HOLDERS).map((id) => nameIn(view, id));
  if (others.length > NAMED_HOLDERS) names.push(`${others.length - NAMED_HOLDERS} more`);
  if (stale.includes(me)) names.unshift('YOU');
  return `${listed(names)} ${names.length === 1 && others.length === 1 ? 'is' : 'are'} behind`;
}

function accountOf({ view, me }: FloorGlance): string | null {
  const account = view.credits.find(({ participant }) => participant === me);
  if (!account) return null;
  const held = account.escrow === 0 ? '' : `, ${account.escrow} in escrow`;
  return `${account.balance} credits${held}`;
}
