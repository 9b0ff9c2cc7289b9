import type { ConversationView } from '@parley/core';
import { plainLine } from '../terminal/plain-text.ts';

/** What one needs to know of the floor to put it into one line. */
export interface FloorGlance {
  readonly view: ConversationView;
  readonly me: string;
  /** My place in the queue, from 1; null when I am not in it. */
  readonly position: number | null;
  readonly estimatedWaitMs: number | null;
  /** By the hub's clock, in milliseconds since 1970. */
  readonly now: number;
}

/** Who holds the floor, for how long still, and where I stand. */
export function floorLine({ view, me, position, estimatedWaitMs, now }: FloorGlance): string {
  if (view.status !== 'active') return `The conversation is ${view.status}.`;
  const parts: string[] = [];
  const mine = view.floor.holders.find((holder) => holder.participant === me);
  if (mine) parts.push(`YOU have the floor${remaining(mine.endsAt, now)}: type and press Enter, or /release`);
  for (const holder of view.floor.holders) {
    if (holder === mine) continue;
    const name =
      view.participants.find(({ id }) => id === holder.participant)?.displayName ?? holder.participant;
    parts.push(`${plainLine(name)} has the floor${remaining(holder.endsAt, now)}`);
  }
  if (parts.length === 0)
    parts.push(view.floor.phase === 'idle' ? 'The floor is free' : 'The floor is being decided');
  const waiting = view.floor.queue.length;
  if (position !== null) {
    const wait = estimatedWaitMs === null ? '' : `, about ${clock(estimatedWaitMs)}`;
    parts.push(`you are ${position} of ${Math.max(waiting, position)} in line${wait}`);
  } else if (waiting > 0) {
    parts.push(`${waiting} waiting`);
  }
  return parts.join(' · ');
}

const remaining = (endsAt: string, now: number): string => {
  const left = Date.parse(endsAt) - now;
  return Number.isNaN(left) ? '' : `, ${clock(left)} left`;
};

/** Minutes and seconds, rounded up, never below zero: `1:05`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
