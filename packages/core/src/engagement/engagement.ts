import type { Millis } from '../kernel/instant.ts';
import type { SettingsSpec } from '../kernel/settings.ts';

/** What somebody else said, as far as it matters to a participant that only answers when called. */
export interface Occasion {
  /** It was meant: addressed by id, or named as `@name`. */
  readonly addressed: boolean;
  /** Something was asked: of this participant, or of everybody. */
  readonly question: boolean;
}

/**
 * When a participant that is reached by the hub wants the floor. A model or a remote agent cannot ask by
 * itself, and every call may cost money, so the occasion is judged without calling it.
 */
export interface Engagement {
  /** Its name on the wire. */
  readonly kind: string;
  readonly description: string;
  readonly settings: SettingsSpec;
  /** Whether this is a reason to ask for the floor. */
  wants(occasion: Occasion): boolean;
  /** A floor that is offered unasked is taken; otherwise only on an occasion since the last turn. */
  readonly takesOffers: boolean;
  /** After each turn the participant itself is asked how much it wants the next one. */
  readonly bids: boolean;
  /** After how long without anybody speaking it asks for the floor; null for never. */
  silenceMs(settings: Readonly<Record<string, unknown>>): Millis | null;
}

/** Never wants the floor: what an engagement does where it says nothing else. */
export const reserved = {
  settings: {},
  wants: () => false,
  takesOffers: false,
  bids: false,
  silenceMs: () => null,
} as const satisfies Partial<Engagement>;
