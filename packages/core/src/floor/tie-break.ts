import type { ParticipantId } from '../kernel/id.ts';
import type { FloorView } from './view.ts';

/**
 * FL-9: addressed in the last turn, then least decayed speaking time, then earliest request, then join
 * order. Negative when `a` goes first; never 0 for two different members.
 */
export function tieBreak(view: FloorView, a: ParticipantId, b: ParticipantId): number {
  const addressed = view.floor.lastTurn?.addressed ?? [];
  return (
    Number(addressed.includes(b)) - Number(addressed.includes(a)) ||
    view.figures(a).recentMs - view.figures(b).recentMs ||
    requestSeq(view, a) - requestSeq(view, b) ||
    (view.member(a)?.joinOrder ?? 0) - (view.member(b)?.joinOrder ?? 0)
  );
}

const requestSeq = (view: FloorView, id: ParticipantId): number =>
  view.floor.queue.find((request) => request.participant === id)?.seq ?? Number.MAX_SAFE_INTEGER;
