import type { Instant, Millis } from '@parley/core';

/** All time that the hub knows. A simulation gives one of its own. */
export interface Clock {
  now(): Instant;
  /** Runs `task` once, not before `at`; the returned function calls it off. */
  at(at: Instant, task: () => void): () => void;
  /** Runs `task` once after `ms`. */
  after(ms: Millis, task: () => void): () => void;
}
