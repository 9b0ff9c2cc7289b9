import { LIMITS } from '@parley/core';
import { DEPTH_MAX } from '../json-guard.ts';
import { FRAME_BYTES_MAX } from '../version.ts';

/** Rules of every input that schemas cannot say; part of both documents. */
export const INPUT_RULES = [
  `Frames and bodies have at most ${FRAME_BYTES_MAX} bytes and ${DEPTH_MAX} levels.`,
  'Keys named __proto__, constructor or prototype are refused, unknown keys too.',
  'Numbers are finite and within ±2^53. Lengths of texts count UTF-16 code units.',
  'Texts have no control characters (newline and tab are allowed where a text may have several lines), ' +
    'no bidi overrides or isolates (U+202A…U+202E, U+2066…U+2069) and no lone surrogates.',
  `Lists that a client gives have at most ${LIMITS.listEntries} entries.`,
  'What is refused changes nothing, and request.invalid names the exact path in details.path.',
  'Instants are RFC 3339, durations milliseconds (names end in Ms) unless said otherwise.',
  'Clients pass over keys, events and codes that they do not know.',
].join('\n');
