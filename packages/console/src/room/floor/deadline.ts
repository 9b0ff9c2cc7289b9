import type { Holder, View } from '../../session/types.ts';

/** What ends a turn next, if the holder does nothing about it. */
export interface TurnEnd {
  readonly why: 'start' | 'silence' | 'turn' | 'cut';
  /** Milliseconds since 1970, by the hub's clock. */
  readonly at: number;
  /** From when on it runs, in milliseconds before `at`. */
  readonly wholeMs: number;
}

/**
 * The timers of docs/spec/floor.md as the holder meets them: first something has to be said at all, then
 * silence and the turn's length end it, whichever comes first. `lastContentAt` is null while it speaks.
 */
export function turnEnd(
  holder: Holder,
  timers: View['config']['floor']['timers'],
  lastContentAt: number | null,
): TurnEnd {
  if (holder.cutAt !== undefined) {
    return { why: 'cut', at: Date.parse(holder.cutAt), wholeMs: timers.revokeGraceMs };
  }
  const turn: TurnEnd = { why: 'turn', at: Date.parse(holder.endsAt), wholeMs: holder.turnMs };
  if (holder.startedAt === undefined) {
    const start = Date.parse(holder.since) + timers.firstContentMs;
    return start < turn.at ? { why: 'start', at: start, wholeMs: timers.firstContentMs } : turn;
  }
  if (lastContentAt === null) return turn;
  const silence = lastContentAt + timers.silenceMs;
  return silence < turn.at ? { why: 'silence', at: silence, wholeMs: timers.silenceMs } : turn;
}
