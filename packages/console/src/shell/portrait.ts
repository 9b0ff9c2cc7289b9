/** How many colours `styles/panels.css` has. */
const HUES = 8;

/** The same colour for the same participant everywhere. */
export function hueOf(id: string): number {
  let hash = 0;
  for (const character of id) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return Math.abs(hash) % HUES;
}

/** One or two letters that stand for a name. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u);
  const first = firstLetter(words[0] ?? '');
  const last = words.length > 1 ? firstLetter(words.at(-1) ?? '') : '';
  return (first + last).toLocaleUpperCase();
}

const firstLetter = (word: string): string => /[\p{L}\p{N}]/u.exec(word)?.[0] ?? '';
