import { setTimeout as pause } from 'node:timers/promises';

/** Whoever is asked for this goes on until somebody stops it. */
export const AT_LENGTH = 'at length';

/** From word to word, so that one can see them come. */
const WORD_MS = 40;
/** So slow that whoever listens can stop it between two words. */
const SLOW_WORD_MS = 250;
/** A speech at length ends by itself after half a minute, should nobody stop it. */
const LONG_WORDS = 120;

const OPINIONS = [
  'A good neighbour lends the ladder before he is asked.',
  'And he says hello in the stairwell, even on a Monday.',
  'Noise is fine as long as there is an invitation with it.',
  'The parcels of a whole house in one hall: that is trust.',
  'Whoever waters my plants may have the tomatoes, all of them.',
  'It takes one bench in front of the house, and an evening.',
];

/**
 * What somebody who was told `heard` says, word by word: their `count`-th opinion of the matter, or one that does not
 * end. Stands in for a mind, so that the example needs no keys.
 */
export async function* wordsAbout(
  heard: string,
  count: number,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const long = heard.includes(AT_LENGTH);
  const text = long ? 'and so on '.repeat(LONG_WORDS / 3) : OPINIONS[count % OPINIONS.length]!;
  for (const word of text.split(/(?<= )/)) {
    await pause(long ? SLOW_WORD_MS : WORD_MS, undefined, signal && { signal });
    yield word;
  }
}

/** For those who speak in one piece. */
export const opinion = (count: number): string => OPINIONS[count % OPINIONS.length]!;
