const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const START = '\u2068';
const END = '\u2069';

/**
 * Keeps a name or text that is put into a sentence from turning the sentence round: what runs the other
 * way than the page is wrapped in Unicode's isolates. The rest stays as it is.
 */
export function isolate(value: string, direction: 'ltr' | 'rtl'): string {
  const runs = RIGHT_TO_LEFT.test(value) ? 'rtl' : 'ltr';
  return runs === direction || !/\p{L}/u.test(value) ? value : `${START}${value}${END}`;
}
