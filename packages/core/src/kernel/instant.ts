/** Milliseconds since 1970-01-01 UTC, by the clock of the hub that owned the conversation. */
export type Instant = number;
/** A length of time in milliseconds. */
export type Millis = number;

/** The wire's form of an instant: RFC 3339 in UTC with milliseconds. */
export const iso = (at: Instant): string => new Date(at).toISOString();

/** The instant that {@link iso} wrote. */
export const instantOf = (text: string): Instant => Date.parse(text);
