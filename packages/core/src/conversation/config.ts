import type { FloorTimers } from '../floor/timers.ts';
import type { Millis } from '../kernel/instant.ts';

/** A member of a registry with its own settings beside `kind`. */
export interface Variant {
  readonly kind: string;
  readonly [setting: string]: unknown;
}

/** A conversation's whole configuration, every default filled in. */
export interface ConversationConfig {
  readonly floor: {
    readonly strategy: Variant;
    readonly timers: FloorTimers;
    readonly replyWindowMs: Millis;
    readonly queueLengthMax: number;
    readonly seed: number;
  };
  readonly interruption: Variant;
  readonly routing: Variant;
  readonly presence: {
    readonly reconnectGraceMs: Millis;
    readonly idleAfterMs: Millis;
  };
  readonly history: { readonly visibility: 'full' | 'sinceJoin' };
  readonly participantsMax: number;
  readonly whenEmpty: { readonly kind: 'linger' | 'end' | 'archive'; readonly delayMs: Millis };
}
