import type { FloorRequestStatus, FloorRequest } from '../floor/request.ts';
import type { FloorView } from '../floor/view.ts';
import type { ParticipantId } from '../kernel/id.ts';
import type { Instant, Millis } from '../kernel/instant.ts';
import type { SettingsSpec } from '../kernel/settings.ts';
import type { Move } from './move.ts';

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
  /** What a request is called that was not granted at once. */
  readonly waitsAs: FloorRequestStatus;
  /** How many may hold the floor at once (FL-1). */
  slots(settings: FloorView['settings']): number;
  /** How long this participant's next turn may last. */
  turnMs(view: FloorView, participant: ParticipantId): Millis;
  /** Live requests as they would be served. A moderator's reordering is put over it (FL-12). */
  order(view: FloorView): readonly FloorRequest[];
  /** What has to happen now. Asked again after each move, until it is null. */
  next(view: StrategyView): Move | null;
  /** When `next` will have something to say though nobody did anything; null for never. */
  deadline(view: StrategyView): Instant | null;
}

/** What strategies are asked with: the requests in the order in which they are served. */
export interface StrategyView extends FloorView {
  readonly waiting: () => readonly FloorRequest[];
}

/** The first waiting request whose author may be granted now. */
export const firstEligible = (view: StrategyView): FloorRequest | undefined =>
  view.waiting().find((request) => view.eligible(request.participant));

export const maxTurnMs = (view: FloorView, setting: string): Millis => {
  const own = view.settings[setting];
  return typeof own === 'number' ? own : view.timers.maxTurnMs;
};
