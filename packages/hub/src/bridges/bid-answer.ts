import { LIMITS } from '@parley/core';
import { z } from 'zod';

/** How much a participant that was asked wants the next turn. */
export interface Wish {
  readonly urgency: number;
  readonly preview?: string;
}

/**
 * Where a bid is looked for: far more than an answer may have that is asked for one object. The search takes
 * the square of it, and whoever answers may want it to take long.
 */
const SEARCHED_CHARACTERS = 8_192;

/** Models write numbers as texts now and then. */
const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^\s*[01](\.\d+)?\s*$/)
    .transform(Number),
]);
const answer = z.union([
  z.object({ pass: z.literal(true) }).transform(() => null),
  z.object({ urgency: number.pipe(z.number().min(0).max(1)), preview: z.string().nullish() }),
]);

export const BID_PURPOSE =
  'Do not speak now. Say how much you want the next turn, as one JSON object and nothing else: ' +
  '{"urgency": a number from 0 (you have nothing to add) to 1 (you must answer now), "preview": what you ' +
  'would say, in at most fifteen words, "pass": true where you do not want the turn}.';

/** A bid, wherever it stands in the beginning of what was written; what cannot be read is a pass, never an error. */
export function bidIn(text: string): Wish | null {
  for (const candidate of objectsIn(text.slice(0, SEARCHED_CHARACTERS))) {
    const bid = bidOf(candidate);
    if (bid !== undefined) return bid;
  }
  return null;
}

/** The bid that a value is; null for a pass, undefined where it is no such answer. */
export function bidOf(value: unknown): Wish | null | undefined {
  const read = answer.safeParse(value);
  if (!read.success) return undefined;
  if (read.data === null) return null;
  const { urgency, preview } = read.data;
  const line = (preview ?? '')
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, ' ')
    .trim();
  const short = line.slice(0, LIMITS.previewCharacters).toWellFormed().trim();
  return { urgency, ...(short === '' ? {} : { preview: short }) };
}

/** The JSON objects that stand in a text, as a fence or a sentence around them leaves them. */
function* objectsIn(text: string): Generator<unknown> {
  for (let start = text.indexOf('{'); start >= 0; start = text.indexOf('{', start + 1)) {
    const end = text.indexOf('}', start);
    if (end < 0) return;
    try {
      yield JSON.parse(text.slice(start, end + 1));
    } catch {
      // Not JSON from here: the next brace may begin some.
    }
  }
}
