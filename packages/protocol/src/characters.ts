/*
 * Which characters a text may have. Refused everywhere: control characters (C0, DEL, C1), the
 * characters that override or isolate the direction of writing (U+202A…U+202E, U+2066…U+2069), with
 * which a text can pretend to be another, and halves of surrogate pairs, which UTF-8 cannot hold.
 * Marks that scripts and emoji need (U+200C, U+200D, U+200E, U+200F, U+061C) are allowed.
 * Newline and tab are allowed where a text may have several lines; carriage return never is.
 */
const ANYWHERE = '\\p{Cs}\\u202A-\\u202E\\u2066-\\u2069';
// Control characters without tab (9) and newline (10).
const CONTROL = '\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F';

/** One line. */
export const LINE = new RegExp(`^[^\\p{Cc}${ANYWHERE}]*$`, 'u');
/** One line with something visible in it. */
export const NAME = new RegExp(`^(?=.*\\S)[^\\p{Cc}${ANYWHERE}]*$`, 'u');
/** Several lines. */
export const LINES = new RegExp(`^[^${CONTROL}${ANYWHERE}]*$`, 'u');
const REFUSED = new RegExp(`[${CONTROL}${ANYWHERE}]`, 'u');
const ALL_REFUSED = new RegExp(REFUSED.source, 'gu');

/** Whether a text has a character that no text of the wire may have. */
export const hasRefusedCharacter = (text: string): boolean => REFUSED.test(text);

/**
 * What of a foreign text (a model's answer, a file) may be said: line ends become newlines, refused
 * characters are left out. A text that comes in pieces is to be cut between characters: half of a
 * surrogate pair is left out, and \r and \n in two pieces become two newlines.
 */
export const toSpeakableText = (text: string): string =>
  text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').replace(ALL_REFUSED, '');
