import { endsAt, type Grant, type RevokeCause } from '../floor/grant.ts';
import type { Instant, Millis } from '../kernel/instant.ts';
import { isAbsent } from './presence.ts';
import type { State } from './state.ts';

/**
 * PR-3: what is left of a turn that a human lost because it was away; null where nothing is owed. A turn
 * in which nothing was said is whole; of any other, the time before the connection dropped is gone. Who
 * took the floor from somebody and then said nothing is owed nothing (IP-6).
 */
export function missedMs(state: State, grant: Grant, cause: RevokeCause, at: Instant): Millis | null {
  if (cause !== 'no_content' && cause !== 'disconnected') return null;
  const member = state.participants[grant.participant];
  if (member?.profile.kind !== 'human' || !isAbsent(state, grant.participant)) return null;
  if (grant.interrupted !== null) return null;
  const leftMs = grant.firstContentAt === null ? grant.turnMs : endsAt(grant) - (member.disconnectedAt ?? at);
  return leftMs > 0 ? leftMs : null;
}
