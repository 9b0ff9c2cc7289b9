import type { ParticipantId } from '../kernel/id.ts';
import type { SettingSpec, SettingsSpec } from '../kernel/settings.ts';
import type { Role } from '../participants/role.ts';

/**
 * Who hears an utterance. The answer is decided when the event is committed and stored with it (RT-7).
 * Moderators, the speaker and whoever is addressed hear it in any case (RT-5): a strategy says who else.
 */
export interface RoutingStrategy {
  /** Its name on the wire. */
  readonly kind: string;
  readonly description: string;
  readonly settings: SettingsSpec;
  audience(utterance: RoutedUtterance): 'all' | readonly ParticipantId[];
}

export interface RoutedUtterance {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly speakerRoles: readonly Role[];
  readonly topics: readonly string[];
  /** How much it concerns each listener, 0…1 (RT-4); null where nobody found out. */
  readonly relevance: Relevance | null;
  readonly members: readonly Listener[];
}

/** 0…1 by participant. Whoever is missing in it was not judged. */
export type Relevance = Readonly<Record<ParticipantId, number>>;

export interface Listener {
  readonly id: ParticipantId;
  readonly roles: readonly Role[];
  /** What it has subscribed to. */
  readonly topics: readonly string[];
}

/** RT-6, under every strategy. */
export const whisper = {
  type: 'boolean',
  default: false,
  description: 'Speakers may narrow the audience of what they say.',
} as const satisfies SettingSpec;
