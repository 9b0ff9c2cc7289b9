import type { ParticipantId } from '../kernel/id.ts';
import type { Millis } from '../kernel/instant.ts';

/** Where the floor is on its way round the roster; kept under every strategy, so that a change finds it. */
export interface Rotation {
  /** Join order of whoever had the last turn. */
  readonly after: number;
  /** Somebody has spoken: before, nobody is offered the floor unasked. */
  readonly awake: boolean;
  /** Who let its turn go without content since the last utterance. */
  readonly passed: readonly ParticipantId[];
  /** How far somebody overran; its next slice is shorter by that (TS-15). */
  readonly debts: Readonly<Record<ParticipantId, Millis>>;
}

export const startOfRotation: Rotation = { after: 0, awake: false, passed: [], debts: {} };
