import type { BidData, Closing } from '@parley/client';
import type { CommandData, SpeechPart } from '@parley/core';
import { LIMITS } from '@parley/core';
import { z } from 'zod';
import type { FromThread } from './thread-protocol.ts';

// What comes out of a thread was made by somebody's program: nothing of it is believed unread.

/** As much as one utterance holds; whoever has more to say yields more pieces. */
const PIECE_CHARACTERS = LIMITS.speechCharacters;
const PART_CHARACTERS = 16_384;

const id = z.int().min(1);
const message = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ready'),
    answers: z.array(z.enum(['bid', 'vote', 'interruption', 'event'])).max(4),
  }),
  z.object({ kind: z.literal('refused'), message: z.string() }),
  z.object({ kind: z.literal('piece'), id, piece: z.unknown() }),
  z.object({ kind: z.literal('done'), id, value: z.unknown() }),
  z.object({ kind: z.literal('failed'), id, message: z.string() }),
  z.object({ kind: z.literal('pong') }),
]);
const part = z.looseObject({ type: z.string().min(1).max(64) });
const ids = z.array(z.string().max(64)).max(LIMITS.listEntries);
const closing = z.object({ addressedTo: ids.exactOptional(), expectsReply: z.boolean().exactOptional() });
const bid = z.object({
  urgency: z.number().min(0).max(1),
  estimatedMs: z.int().min(0).max(LIMITS.estimateMs).exactOptional(),
  preview: z.string().max(LIMITS.previewCharacters).exactOptional(),
  amount: z.object({ currency: z.string().max(64), value: z.int().min(0) }).exactOptional(),
});
const vote = z.union([z.string().max(64), ids]);

export const isMessage = (value: unknown): value is FromThread => message.safeParse(value).success;

/** Null for what cannot be said. */
export function pieceIn(value: unknown): string | SpeechPart | null {
  if (typeof value === 'string') return value.length <= PIECE_CHARACTERS ? value : null;
  const read = part.safeParse(value);
  return read.success && fitsJson(read.data) ? read.data : null;
}

/** How a turn is closed; nothing where that cannot be read. */
export const closingIn = (value: unknown): Closing => closing.safeParse(value).data ?? {};

/** An answer that cannot be read is a pass. */
export const bidInThread = (value: unknown): Omit<BidData, 'window'> | null =>
  bid.safeParse(value).data ?? null;

/** An answer that cannot be read abstains. */
export const voteIn = (value: unknown): CommandData['vote.cast']['choice'] | null =>
  vote.safeParse(value).data ?? null;

/** Whether it is JSON, and not too much of it: a clone may hold dates, maps and circles. */
function fitsJson(value: unknown): boolean {
  try {
    return JSON.stringify(value).length <= PART_CHARACTERS;
  } catch {
    return false;
  }
}
