import type { TFunction } from 'i18next';

const NUMBER = String.raw`(-?[\d.]+(?:e[+-]?\d+)?)`;
/** How the hub puts its reasons, with the numbers in them; the catalogue has each under `reason`. */
const KNOWN = [
  ['bid', new RegExp(`^best of ${NUMBER} with ${NUMBER}$`)],
  ['vote', new RegExp(`^${NUMBER} of ${NUMBER} ballots$`)],
  ['preempted', new RegExp(`^priority ${NUMBER} against ${NUMBER}$`)],
  ['priority', new RegExp(`^priority ${NUMBER}$`)],
] as const;

/** The hub's reason in the reader's language where it is one of the usual ones, or as it came. */
export function reasonText(reason: string, t: TFunction): string {
  for (const [name, pattern] of KNOWN) {
    const [, one, two] = pattern.exec(reason) ?? [];
    if (one !== undefined) return t(`reason.${name}`, { one: Number(one), two: Number(two) });
  }
  return reason;
}
