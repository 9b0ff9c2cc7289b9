import type { FloorTimers } from '../floor/timers.ts';
import type { FloorView } from '../floor/view.ts';
import type { ParticipantId } from '../kernel/id.ts';
import type { Millis } from '../kernel/instant.ts';
import type { SettingsSpec } from '../kernel/settings.ts';

/**
 * How a conversation's participants come to speak. A strategy is asked, decides and keeps nothing of
 * its own: what it says becomes events, and only events change the state.
 */
export interface TurnStrategy {
  /** Its name on the wire. */
  readonly kind: string;
  /** One sentence for whoever chooses a strategy. */
  readonly description: string;
  readonly settings: SettingsSpec;
  /** How many may hold the floor at once (FL-1). */
  slots(settings: FloorView['settings']): number;
  /** How long a turn may last. */
  turnMs(settings: FloorView['settings'], timers: FloorTimers): Millis;
  /** Who is given a free slot now; null leaves it free. Asked again until all slots are taken. */
  next(view: FloorView): Allocation | null;
  /** What to tell somebody at this place of the queue (1 is next). */
  estimateWaitMs(view: FloorView, position: number): Millis;
}

export interface Allocation {
  readonly participant: ParticipantId;
  readonly cause: 'queue' | 'bid' | 'vote' | 'priority' | 'slice';
  /** For people: the numbers behind the decision. */
  readonly reason?: string;
}
