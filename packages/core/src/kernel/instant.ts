/** Milliseconds since 1970-01-01 UTC, by the clock of the hub that owned the conversation. */
export type Instant = number;
/** A length of time in milliseconds. */
export type Millis = number;

const MINUTE = 60_000;
/** Later than this no date goes. */
const LAST = 8.64e15;

/** The minutes that were written last: within one only the last digits change. Remembering changes no result. */
const minutes = Array.from({ length: 8 }, () => ({ start: Number.NaN, prefix: '' }));
/** What was written last is mostly what is read next, when an event that was just made is evolved. */
let written = { at: Number.NaN, text: '' };

/** The wire's form of an instant: RFC 3339 in UTC with milliseconds. */
export function iso(at: Instant): string {
  if (at === written.at) return written.text;
  // Fractions and what lies far off are rare; the platform knows how to write or to refuse them.
  const text = Number.isInteger(at) && at >= 0 && at <= LAST ? textOf(at) : new Date(at).toISOString();
  written = { at, text };
  return text;
}

function textOf(at: Instant): string {
  const start = at - (at % MINUTE);
  const minute = minutes[(start / MINUTE) % minutes.length]!;
  if (minute.start !== start) {
    minute.prefix = new Date(start).toISOString().slice(0, -'SS.mmmZ'.length);
    minute.start = start;
  }
  const digits = String(100_000 + at - start);
  return `${minute.prefix}${digits.slice(1, 3)}.${digits.slice(3)}Z`;
}

/** The instant that {@link iso} wrote. */
export const instantOf = (text: string): Instant => (text === written.text ? written.at : Date.parse(text));
