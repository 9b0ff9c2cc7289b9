import type { ParticipantId } from '@parley/core';
import { plainLine } from '../terminal/plain-text.ts';

export interface Named {
  readonly id: ParticipantId;
  readonly displayName: string;
}

/** What a person meant, or one sentence on why that cannot be told. */
export type Found<T> =
  | { readonly found: T; readonly problem?: undefined }
  | { readonly found?: undefined; readonly problem: string };

/**
 * Who is meant by what a person typed: an id, a whole name or the beginning of one, in either case of
 * letters, with or without `@`. Whole names go before beginnings, so that Ann can be told from Anna.
 */
export function whoIs(wanted: string, among: readonly Named[]): Found<Named> {
  const text = folded(wanted.replace(/^@/, ''));
  const byId = among.find(({ id }) => id === wanted);
  if (byId) return { found: byId };
  const whole = among.filter(({ displayName }) => folded(displayName) === text);
  const meant =
    whole.length > 0 ? whole : among.filter(({ displayName }) => folded(displayName).startsWith(text));
  const [only] = text === '' ? [] : meant;
  if (only && meant.length === 1) return { found: only };
  if (!only) {
    const choice = among.length === 0 ? 'nobody' : listed(among.map(nameOf), 'or');
    return { problem: `Nobody fits "${plainLine(wanted)}" here; it can be ${choice}.` };
  }
  // Those who have the same name can only be told apart by their ids.
  const names = meant.map(({ id, displayName }) =>
    whole.length > 0 ? `${plainLine(displayName)} (${id})` : plainLine(displayName),
  );
  const way = whole.length > 0 ? 'write the id' : 'write more of the name';
  return { problem: `"${plainLine(wanted)}" could be ${listed(names, 'or')}: ${way}.` };
}

/** The only one whose whole name this is. */
export function namedWholly<T extends Named>(wanted: string, among: readonly T[]): T | undefined {
  const [only, second] = among.filter(
    ({ displayName }) => folded(displayName) === folded(wanted.replace(/^@/, '')),
  );
  return second ? undefined : only;
}

/**
 * Which of some names of the wire was meant: `round-robin`, `roundrobin` or `round` for `roundRobin`.
 * Any name is taken as it stands where nothing known fits: a hub may know more than this program.
 */
export function whichKind(wanted: string, known: readonly string[]): Found<string> {
  const text = letters(wanted);
  const exact = known.filter((kind) => letters(kind) === text);
  const meant =
    exact.length > 0 ? exact : known.filter((kind) => text !== '' && letters(kind).startsWith(text));
  if (meant.length > 1) return { problem: `"${wanted}" could be ${listed(meant, 'or')}.` };
  return { found: meant[0] ?? wanted };
}

/** `Ada`, `Ada and Bo`, `Ada, Bo and Cy`. */
export function listed(items: readonly string[], word: 'and' | 'or' = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)!}`;
}

const nameOf = ({ displayName }: Named): string => plainLine(displayName);
const folded = (text: string): string => plainLine(text).toLowerCase();
const letters = (text: string): string => text.toLowerCase().replaceAll(/[^a-z]/g, '');
