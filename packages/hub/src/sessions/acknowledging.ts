import type { ConversationId, Millis, ParticipantId, Seq, State } from '@parley/core';
import { awaitsAcknowledgement } from '@parley/core';
import type { Attachment } from './attendance.ts';
import type { SessionParts } from './parts.ts';
import type { SessionRejection } from './refusal.ts';
import { refuse } from './refusal.ts';

type Parts = Pick<SessionParts, 'attendance' | 'conversations' | 'clock'>;

/** How long until it is tried again to tell a conversation whose log took nothing. */
const RETRY_MS: Millis = 1_000;

/**
 * Everything up to `seq` has arrived at a participant. Kept beside what connects it; the conversation is
 * told only where a turn waits for that (CS-1), so that a thousand acknowledgements cost it nothing.
 * `state` is the newest that is known here.
 */
export function acknowledge(
  parts: Parts,
  state: State,
  participant: ParticipantId,
  seq: Seq,
): { readonly ok: false; readonly error: SessionRejection } | null {
  if (seq > state.seq) {
    const details = { path: 'data.seq', expected: 'the seq of an event that happened' };
    return refuse('request.invalid', 'Nothing with this seq has happened yet.', { details });
  }
  const attachment = parts.attendance.of(state.id, participant);
  if (!attachment || seq <= attachment.acknowledged) return null;
  attachment.acknowledged = seq;
  if (awaitsAcknowledgement(state, participant, seq)) void tell(parts, attachment);
  return null;
}

async function tell(parts: Parts, attachment: Attachment): Promise<void> {
  const { conversation, participant } = attachment;
  const outcome = await parts.conversations.submit(conversation, {
    op: 'ack',
    data: { seq: attachment.acknowledged },
    author: { participant, steward: false },
  });
  if (outcome.ok || !outcome.rejection.code.startsWith('storage.')) return;
  // A turn was to begin, and could not be written (DG-2). It is not asked for again by anybody else.
  parts.clock.after(RETRY_MS, () => {
    if (parts.attendance.of(conversation, participant) === attachment) void tell(parts, attachment);
  });
}

/** Up to where a participant has everything; 0 where it is not connected. */
export const acknowledgedBy = (
  { attendance }: Pick<SessionParts, 'attendance'>,
  conversation: ConversationId,
  participant: ParticipantId | null,
): Seq => (participant === null ? 0 : (attendance.of(conversation, participant)?.acknowledged ?? 0));
