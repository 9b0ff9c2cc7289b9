import type { ParticipantId } from '../kernel/id.ts';
import type { SettingsSpec } from '../kernel/settings.ts';

/** Who hears an utterance. The answer is stored with the event (RT-7). */
export interface RoutingStrategy {
  /** Its name on the wire. */
  readonly kind: string;
  readonly description: string;
  readonly settings: SettingsSpec;
  audience(utterance: RoutedUtterance): 'all' | readonly ParticipantId[];
}

export interface RoutedUtterance {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly speaker: ParticipantId;
  readonly addressedTo: readonly ParticipantId[];
  readonly topics: readonly string[];
}
