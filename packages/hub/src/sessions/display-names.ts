import type { NameKey } from '@parley/core';
import unhomoglyph from 'unhomoglyph';
import type { SessionRejection } from './refusal.ts';
import { refuse } from './refusal.ts';

/** What nobody but the hub is to be taken for. */
const OWN_NAMES = ['Parley', 'Parley hub', 'Hub', 'System', 'Operator'];

/**
 * HU-3: what a display name is compared by. Widths and styles of letters are made one, marks that are not
 * seen go, spaces count once, and what Unicode lists as confusable (UTS #39) becomes the same.
 */
export function nameKeyOf(displayName: string): NameKey {
  const visible = displayName
    .normalize('NFKC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  const shape = skeletonOf(visible);
  // Upper case first: ß and ẞ, ς and σ, become one on that way only.
  const folded = skeletonOf(visible.toUpperCase().toLowerCase()).toLowerCase();
  return { folded, shape };
}

const skeletonOf = (text: string): string => unhomoglyph(text.normalize('NFD')).normalize('NFD');

const OWN_KEYS = new Set(OWN_NAMES.map((own) => nameKeyOf(own).folded));

/** Why nobody may be called so, whoever is there; null where that depends on the others. */
export function refusalOfName(
  displayName: string,
): { readonly ok: false; readonly error: SessionRejection } | null {
  const { folded } = nameKeyOf(displayName);
  if (folded === '') return refused('a name that can be seen');
  return OWN_KEYS.has(folded) ? refused('another name: this one could be taken for the hub') : null;
}

const refused = (expected: string) =>
  refuse('request.invalid', `data.displayName: expected ${expected}`, {
    details: { path: 'data.displayName', expected },
  });
