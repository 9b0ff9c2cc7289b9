import type { FloorView } from '../floor/view.ts';
import type { ParticipantId } from '../kernel/id.ts';
import type { SettingsSpec } from '../kernel/settings.ts';

/** What may happen when somebody wants the floor while another has it. */
export interface InterruptionPolicy {
  /** Its name on the wire. */
  readonly kind: string;
  readonly description: string;
  readonly settings: SettingsSpec;
  /** Decides an attempt of `interrupter` against `holder`. */
  attempt(view: FloorView, attempt: InterruptionAttempt): InterruptionVerdict;
}

export interface InterruptionAttempt {
  readonly interrupter: ParticipantId;
  readonly holder: ParticipantId;
  readonly urgency?: number;
}

export interface InterruptionVerdict {
  readonly outcome: 'denied';
  readonly code: 'interruption.forbidden';
  readonly reason: string;
}
