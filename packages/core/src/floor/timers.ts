import type { Millis } from '../kernel/instant.ts';

/** How long the parts of a turn may last; `docs/spec/floor.md` has the table. */
export interface FloorTimers {
  readonly firstContentMs: Millis;
  readonly maxTurnMs: Millis;
  readonly warnBeforeMs: Millis;
  readonly silenceMs: Millis;
  readonly revokeGraceMs: Millis;
  readonly retryAfterMs: Millis;
  readonly minSpeakingMs: Millis;
  readonly maxOverlapMs: Millis;
}
