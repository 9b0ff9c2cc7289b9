import type { TurnFailure } from '../floor/failure.ts';
import type { ParticipantId } from '../kernel/id.ts';
import { iso, type Millis } from '../kernel/instant.ts';
import type { Draft } from './draft.ts';
import { memberById } from './state.ts';

/**
 * DG-3: after `maxFailures` failed turns in a row somebody is muted for a while and then tried again; fails it
 * then too, it is muted at once and for twice as long. Called when a turn that failed has been counted.
 */
export function muteWhereFailing(draft: Draft, id: ParticipantId, failure: TurnFailure): void {
  const member = memberById(draft.state, id);
  const { maxFailures, muteMs, muteMaxMs } = draft.state.config.agents;
  if (!member || maxFailures === 0) return;
  const { failures, mutes } = member;
  if (failures === 0 || failures < (mutes > 0 ? 1 : maxFailures)) return;
  draft.emit('participant.muted', {
    participant: id,
    cause: 'failures',
    reason: failure,
    until: iso(draft.at + doubled(muteMs, mutes, muteMaxMs)),
    failures,
  });
}

/** `ms` twice as long for each time, and at most `maxMs`. */
const doubled = (ms: Millis, times: number, maxMs: Millis): Millis => Math.min(maxMs, ms * 2 ** times);
