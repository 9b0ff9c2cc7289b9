import { firstSeen, isLogged, staysOf, type Evidence, type History } from './history.ts';
import type { Stay, Violation } from './history.ts';
import { LogFacts } from './log-facts.ts';

/**
 * CS-2: whatever reaches an eventual view more than `maxLagMs` (and the time that frames take) after it was
 * published, or after the view was there, reaches one that was told to be behind: by `view.stale`, that was
 * not taken back by `view.caught_up` before. The view itself has the announcement, at the latest behind what
 * had already been on its way ahead of it, unless the connection is lost in between.
 */
export function checkEventual({ histories, log }: Evidence): Violation[] {
  const facts = new LogFacts(log);
  const published = firstSeen(histories);
  const violations: Violation[] = [];
  for (const history of histories) {
    const told = announcementsTo(history);
    for (const stay of staysOf(history).stays) {
      const { participant } = stay.joined;
      const level = facts.steadyLevelOf(participant);
      if (level?.kind !== 'eventual') continue;
      const allowedMs = level.maxLagMs + history.networkMs;
      for (const entry of stay.entries) {
        if (entry.kind !== 'event' || !isLogged(entry.event)) continue;
        const { seq, event } = entry.event;
        const since = Math.max(published.get(seq) ?? entry.when, stay.joined.when);
        const lagMs = entry.when - since;
        if (lagMs <= allowedMs || told.covers(participant, entry, seq)) continue;
        const lost = wasLostBehind(stay, entry.when, history.networkMs);
        // Whoever has left meanwhile has no view that could be behind.
        const left = published.get(facts.members.get(participant)?.left ?? 0) ?? Number.POSITIVE_INFINITY;
        if (lost || left - since <= allowedMs) continue;
        violations.push({
          rule: 'CS-2',
          text: `${history.client}: seq ${seq} (${event}) came ${lagMs} ms late, at most ${allowedMs} allowed, and nobody said so`,
        });
      }
    }
  }
  return violations;
}

/** How long a client may take to find out that nothing comes any more. */
const UNNOTICED_MS = 2_000;

/** Whether the connection may have been dead from what came at `when` on: that was the last that it carried. */
function wasLostBehind({ entries, end }: Stay, when: number, networkMs: number): boolean {
  if (end?.kind !== 'lost' || end.when - when > UNNOTICED_MS + networkMs) return false;
  const last = entries.findLast(({ kind }) => kind === 'event' || kind === 'ok' || kind === 'fail');
  return last !== undefined && last.when - when <= networkMs;
}

interface Announcements {
  /** Whether the client was told that `participant` lacked `seq`. */
  covers(participant: string, entry: History['entries'][number], seq: number): boolean;
}

/**
 * A lag is told if between `view.stale` and the `view.caught_up` behind it lies the late event, in the
 * client's own order; or if the announcement came behind the event and says that the event was missing then.
 */
function announcementsTo({ entries }: History): Announcements {
  const stale: { index: number; participant: unknown; seq: number; head: number }[] = [];
  const caughtUp: { index: number; participant: unknown }[] = [];
  for (const [index, entry] of entries.entries()) {
    if (entry.kind !== 'event') continue;
    const { event, data } = entry.event;
    const participant = data['participant'];
    if (event === 'view.stale') {
      stale.push({ index, participant, seq: data['seq'] as number, head: data['head'] as number });
    } else if (event === 'view.caught_up') caughtUp.push({ index, participant });
  }
  return {
    covers(participant, entry, seq) {
      const at = entries.indexOf(entry);
      const before = stale.findLast((each) => each.participant === participant && each.index < at);
      const over = caughtUp.some(
        (each) => each.participant === participant && each.index < at && each.index > (before?.index ?? at),
      );
      if (before && !over) return true;
      return stale.some(
        (each) => each.participant === participant && each.index > at && each.seq < seq && seq <= each.head,
      );
    },
  };
}
