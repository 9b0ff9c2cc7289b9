import type { TranscriptLine, UtteranceLine } from '@parley/client';

/** Utterances that were spoken at once, by the keys of their lines: the first leads, the other follows. */
export interface Overlaps {
  /** Shown beside the line of that key. */
  readonly beside: ReadonlyMap<string, UtteranceLine>;
  /** Shown at their partner's place, and not again at their own. */
  readonly followers: ReadonlySet<string>;
}

/** Notes about the overlap itself may stand between the two; more than so many lines are another matter. */
const REACH = 3;

/** Pairs each utterance with the next one, by another, that began before it had ended. */
export function overlapsOf(lines: readonly TranscriptLine[]): Overlaps {
  const beside = new Map<string, UtteranceLine>();
  const followers = new Set<string>();
  lines.forEach((line, index) => {
    if (line.kind !== 'utterance' || followers.has(line.key)) return;
    const until = line.endedAt === null ? Number.POSITIVE_INFINITY : Date.parse(line.endedAt);
    for (let at = index + 1; at <= index + REACH; at += 1) {
      const other = lines[at];
      if (other === undefined) return;
      if (other.kind !== 'utterance') continue;
      if (other.participant === line.participant || followers.has(other.key)) return;
      if (line.status === 'lost' || Date.parse(other.at) >= until) return;
      beside.set(line.key, other);
      followers.add(other.key);
      return;
    }
  });
  return { beside, followers };
}
