import { isAlike } from '@parley/core';
import { describe, expect, it } from 'vitest';
import { nameKeyOf, refusalOfName } from './display-names.ts';

const alike = (one: string, other: string): boolean => isAlike(nameKeyOf(one), nameKeyOf(other));

describe('display names', () => {
  it.each([
    ['case', 'Ada', 'ADA'],
    ['a letter of another script', 'Ada', 'Аdа'],
    ['Greek letters, in another case', 'ANNO', 'Αννο'.toUpperCase()],
    ['a capital I for a small L', 'Bill', 'BiII'],
    ['a digit for a letter', 'Bill', 'Bi11'],
    ['r and n for m', 'Tom', 'Torn'],
    ['width', 'Ada', 'Ａｄａ'],
    ['style', 'Ada', '𝓐𝓭𝓪'],
    ['marks that are not seen', 'Ada', 'A\u200Bd\u2060a\uFE0F'],
    ['a filler that is no space', 'Ada', 'Ada\u3164'],
    ['spaces', 'Ada Lovelace', ' Ada\u00A0 Lovelace '],
    ['composition', 'José', 'Jose\u0301'],
    ['the sharp s', 'Strauß', 'STRAUSS'],
    ['the final sigma', 'Νίκος', 'ΝΊΚΟΣ'],
  ])('[HU-3] names that differ in %s alone are alike', (_, one, other) => {
    expect(one).not.toBe(other);
    expect(alike(one, other)).toBe(true);
  });

  it.each([
    ['Ada', 'Adam'],
    ['Ann A', 'Anna'],
    ['Ian', 'Lan'],
    ['Lian', 'Ilan'],
    ['José', 'Jose'],
    ['Agent 1', 'Agent 2'],
    ['小林', '大林'],
    ['Иван', 'Ирина'],
    ['🦊', '🐻'],
  ])('[HU-3] %s and %s are two names', (one, other) => {
    expect(alike(one, other)).toBe(false);
  });

  it('[HU-3] nobody is called like the hub, or by nothing that is seen', () => {
    for (const name of ['Parley', 'PARLEY', 'Pаrlеy', ' system', 'Ｈub', '\u200B', '\u3164\u115F']) {
      expect(refusalOfName(name)?.error, name).toMatchObject({
        code: 'request.invalid',
        details: { path: 'data.displayName' },
      });
    }
    for (const name of ['Parleyvous', 'Hubert', 'Systema', 'Ada']) expect(refusalOfName(name)).toBeNull();
  });
});
