import type { FloorTimers } from '../floor/timers.ts';
import type { PrioritySettings } from '../floor/view.ts';
import type { Millis } from '../kernel/instant.ts';
import type { Variant } from '../kernel/settings.ts';

/** A conversation's whole configuration, every default filled in. */
export interface ConversationConfig {
  readonly floor: {
    readonly strategy: Variant;
    readonly timers: FloorTimers;
    readonly priority: PrioritySettings;
    readonly replyWindowMs: Millis;
    /** So many turns in a row without a human pause the conversation; 0 for never (FL-14). */
    readonly maxConsecutiveAgentTurns: number;
    readonly queueLengthMax: number;
    readonly seed: number;
  };
  readonly interruption: Variant;
  readonly routing: Variant;
  /** Of every view whose participant chose none on joining. */
  readonly consistency: Variant;
  readonly presence: {
    readonly reconnectGraceMs: Millis;
    readonly idleAfterMs: Millis;
  };
  /** When participants that are no humans are muted for their failures (DG-3). */
  readonly agents: {
    /** So many failed turns in a row mute; 0 for never. */
    readonly maxFailures: number;
    /** How long the first time; each further time in a row twice as long. */
    readonly muteMs: Millis;
    readonly muteMaxMs: Millis;
  };
  readonly credits: { readonly currency: string; readonly initial: number };
  /** After how long speaking time counts half, where recent speaking matters. */
  readonly fairness: { readonly halfLifeMs: Millis };
  readonly history: {
    readonly visibility: 'full' | 'sinceJoin';
    /** So many utterances for everybody are summed up in the log; 0 for never. */
    readonly summaryEvery: number;
  };
  readonly participantsMax: number;
  /** With fewer connected members the conversation is paused (DG-1). */
  readonly minParticipants: number;
  readonly whenEmpty: { readonly kind: 'linger' | 'end' | 'archive'; readonly delayMs: Millis };
}
