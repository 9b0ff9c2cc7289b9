import type { ParticipantId } from '../kernel/id.ts';
import type { BridgeProblem } from './commands.ts';
import type { DurableEventData } from './events.ts';

/** Somebody whom the hub reaches for this conversation. */
export interface Bridge extends Readonly<DurableEventData['bridge.added']> {
  readonly addedBy: ParticipantId | null;
  /** What keeps it from working; null when nothing is known to. */
  readonly problem: BridgeProblem | null;
}
