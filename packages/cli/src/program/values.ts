import { InvalidArgumentError } from 'commander';
import { PARTICIPANT_KINDS } from '@parley/core';

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time such as `90s`, `15m`, `12h`, `7d`, in milliseconds. */
export function duration(text: string): number {
  const found = /^(\d{1,9})(s|m|h|d)$/.exec(text);
  const ms = found ? Number(found[1]) * UNITS_MS[found[2] as keyof typeof UNITS_MS] : 0;
  if (ms === 0) throw new InvalidArgumentError('expected a length of time such as 90s, 15m, 12h or 7d');
  return ms;
}

/** A whole number of at least `min`. */
export const wholeNumber =
  (min: number) =>
  (text: string): number => {
    if (!/^\d{1,9}$/.test(text) || Number(text) < min) {
      throw new InvalidArgumentError(`expected a whole number from ${min}`);
    }
    return Number(text);
  };

/** `a,b,c` as a list. */
export const list = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** Kinds of participants, separated by commas. */
export function kinds(text: string): string[] {
  const given = list(text);
  const wrong = given.find((kind) => !(PARTICIPANT_KINDS as readonly string[]).includes(kind));
  if (wrong !== undefined || given.length === 0) {
    throw new InvalidArgumentError(`expected some of ${PARTICIPANT_KINDS.join(', ')}`);
  }
  return given;
}

/** One of `choices`. */
export const choice =
  <T extends string>(choices: readonly T[]) =>
  (text: string): T => {
    const found = choices.find((each) => each === text);
    if (found === undefined) throw new InvalidArgumentError(`expected ${choices.join(' or ')}`);
    return found;
  };
