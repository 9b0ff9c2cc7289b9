import {
  demandOf,
  entriesOf,
  evenness,
  fairShares,
  giniCoefficient,
  jainIndex,
  project,
  recentAt,
} from '@parley/core';
import type { ContributionView, Instant, Millis, ParticipantId, State, Viewer } from '@parley/core';

/** A contribution beside what the participant wanted. */
export interface FairnessRow extends ContributionView {
  /** Spent wanting the floor: with a live request, or holding it. */
  readonly demandMs: Millis;
  /** Speaking time for each millisecond of demand; null for whoever never wanted the floor. */
  readonly fairShare: number | null;
  /** Part of everybody's decayed speaking time, 0…1. */
  readonly recentShare: number;
}

export interface FairnessReport {
  readonly participants: readonly FairnessRow[];
  /** Of the fair shares of those who take part now and have wanted the floor. */
  readonly jain: number;
  readonly gini: number;
  readonly evenness: number;
}

/**
 * floor.md, Fairness: who had how much of the floor, measured by how long each wanted it; all weigh alike.
 * Turns and waits that go on count as far as they have gone.
 */
export function fairnessOf(state: State, viewer: Viewer, now: Instant): FairnessReport {
  const at = Math.max(now, state.at);
  const recent = decayedTimes(state, at);
  const total = [...recent.values()].reduce((sum, ms) => sum + ms, 0);
  const participants = project(state, viewer).contributions.map((sum): FairnessRow => {
    const { speakingMs, demandMs } = demandOf(state, sum.participant, at);
    return {
      ...sum,
      demandMs,
      fairShare: demandMs === 0 ? null : speakingMs / demandMs,
      recentShare: total === 0 ? 0 : (recent.get(sum.participant) ?? 0) / total,
    };
  });
  const shares = fairShares(state, at);
  return {
    participants,
    jain: jainIndex(shares),
    gini: giniCoefficient(shares),
    evenness: evenness(shares),
  };
}

function decayedTimes(state: State, at: Instant): ReadonlyMap<ParticipantId, Millis> {
  const { halfLifeMs } = state.config.fairness;
  return new Map(entriesOf(state.contributions).map(([id, sum]) => [id, recentAt(sum, at, halfLifeMs)]));
}
