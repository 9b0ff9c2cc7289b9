import { LIMITS } from '@parley/core';
import { z } from 'zod';

/** How much a model wants the next turn; null for not at all. */
export type BidAnswer = { readonly urgency: number; readonly preview?: string } | null;

/** Models write numbers as texts now and then. */
const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^\s*[01](\.\d+)?\s*$/)
    .transform(Number),
]);
const answer = z.object({
  urgency: number.pipe(z.number().min(0).max(1)),
  preview: z.string().nullish(),
  pass: z.boolean().nullish(),
});

export const BID_PURPOSE =
  'Do not speak now. Say how much you want the next turn, as one JSON object and nothing else: ' +
  '{"urgency": a number from 0 (you have nothing to add) to 1 (you must answer now), "preview": what you ' +
  'would say, in at most fifteen words, "pass": true where you do not want the turn}.';

/** A model's bid, wherever it stands in what it wrote; what cannot be read is a pass, never an error. */
export function bidIn(text: string): BidAnswer {
  for (const candidate of objectsIn(text)) {
    const read = answer.safeParse(candidate);
    if (!read.success) continue;
    const { urgency, preview, pass } = read.data;
    if (pass === true) return null;
    const short = preview?.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
    return { urgency, ...(short ? { preview: short.slice(0, LIMITS.previewCharacters).trim() } : {}) };
  }
  return null;
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
