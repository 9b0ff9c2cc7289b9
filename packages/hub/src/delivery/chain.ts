import type { Audience, ParticipantId, Seq } from '@parley/core';
import { withAfter } from '@parley/protocol';

/** Whose events are read: RT-7 holds for live events, resumes, catch-up and exports alike. */
export interface Reader {
  /** Null for somebody who has not joined: hears only what everybody hears. */
  readonly participant: ParticipantId | null;
  /** First seq that the reader may see (`history.visibility`); from the beginning by default. */
  readonly historyFrom?: Seq;
}

export interface StoredEvent {
  readonly seq: Seq;
  readonly audience: Audience;
  readonly json: string;
}

export const hears = (audience: Audience, participant: ParticipantId | null): boolean =>
  audience === 'all' || (participant !== null && audience.includes(participant));

/** Whether a stored event belongs to the reader's chain. */
export const mayRead = (event: StoredEvent, { participant, historyFrom = 0 }: Reader): boolean =>
  event.seq >= historyFrom && hears(event.audience, participant);

/**
 * The reader's own events among `events`, each as the frame text with the seq of the one before it in
 * this reader's chain, which begins at `after`. What was `sentEarly` (CS-3) keeps its place in the chain
 * and is left out.
 */
export function chainFor(
  events: readonly StoredEvent[],
  reader: Reader,
  after: Seq,
  sentEarly?: ReadonlySet<Seq>,
): { readonly jsons: string[]; readonly sent: Seq } {
  const jsons: string[] = [];
  let sent = after;
  for (const event of events) {
    if (!mayRead(event, reader)) continue;
    if (!sentEarly?.has(event.seq)) jsons.push(withAfter(event.json, sent));
    sent = event.seq;
  }
  return { jsons, sent };
}
