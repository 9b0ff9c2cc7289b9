import { createRequire } from 'node:module';

/** Lists of common words by language (`eng`, `deu`, …), beside some functions. The package has no types. */
const require = createRequire(import.meta.url);
const lists = require('stopword') as Readonly<Record<string, unknown>>;

/** Scripts that put no spaces between words. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** Words that say nothing of what somebody cares for, in every language of which there is a list. */
const COMMON: ReadonlySet<string> = new Set(
  Object.values(lists)
    .filter((list) => Array.isArray(list))
    .flat()
    .map((word) => fold(String(word))),
);

/** The words of a text of any language, in lower case and in order; numbers count as words. */
export function wordsOf(text: string): string[] {
  const runs = fold(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return runs.flatMap((run) =>
    UNSPACED.test(run) ? [...segmenter.segment(run)].map(({ segment }) => segment) : [run],
  );
}

/** Without those that are common in some language. */
export const tellingWordsOf = (text: string): string[] => wordsOf(text).filter((word) => !COMMON.has(word));

/** What is written differently and means the same: width, ligatures, case. */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
