import { isolate } from './isolate.ts';

/**
 * Names and other short texts as a list within a sentence, in the reader's language: "Ana, Bo and Cleo". Each
 * keeps its own direction.
 */
export function listFormat(language: string, direction: 'ltr' | 'rtl'): (words: readonly string[]) => string {
  const list = new Intl.ListFormat(language, { type: 'conjunction' });
  return (words) => list.format(words.map((word) => isolate(word, direction)));
}
