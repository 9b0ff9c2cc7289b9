import { hasRefusedCharacter } from './characters.ts';
import { TEXT_EXPECTED } from './schemas/text.ts';

/** What is wrong with a value, and where: the path is dotted, such as `data.roles.0`. */
export interface ValueProblem {
  readonly path: string;
  readonly expected: string;
}

/** Objects and lists inside each other, the frame itself included. */
export const DEPTH_MAX = 16;

/** As keys these change what an object is instead of what it holds. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

interface Level {
  readonly container: Readonly<Record<string, unknown>>;
  readonly keys: readonly string[];
  next: number;
}

/**
 * The rules of every input, whatever its schema (security.md, Input): depth, keys, characters of all
 * texts, and numbers that arithmetic keeps exact. Runs before any schema does, with a stack of its own,
 * because a recursion would go as deep as a sender likes. `root` is the path of `value`, and `depth` how
 * many levels are around it.
 */
export function guardJson(value: unknown, root = '', depth = 0): ValueProblem | null {
  const levels: Level[] = [];
  const path: string[] = root === '' ? [] : [root];
  const found = (expected: string): ValueProblem => ({ path: path.map(shortened).join('.'), expected });
  let current = value;
  for (;;) {
    const expected = wrongInScalar(current);
    if (expected !== null) return found(expected);
    if (typeof current === 'object' && current !== null) {
      if (depth + levels.length >= DEPTH_MAX) return found(`at most ${DEPTH_MAX} levels`);
      const container = current as Level['container'];
      levels.push({ container, keys: Object.keys(container), next: 0 });
    } else if (levels.length > 0) {
      path.pop();
    }
    let level = levels.at(-1);
    while (level !== undefined && level.next === level.keys.length) {
      levels.pop();
      if (levels.length > 0) path.pop();
      level = levels.at(-1);
    }
    if (level === undefined) return null;
    const key = level.keys[level.next++]!;
    path.push(key);
    if (FORBIDDEN_KEYS.has(key) || hasRefusedCharacter(key)) return found('no key of this name');
    current = level.container[key];
  }
}

function wrongInScalar(value: unknown): string | null {
  if (typeof value === 'string') return hasRefusedCharacter(value) ? TEXT_EXPECTED : null;
  if (typeof value !== 'number') return null;
  return Math.abs(value) <= 2 ** 53 ? null : 'a finite number within ±2^53';
}

/** A path is shown to people: a key as long as a frame would hide the rest. */
export const shortened = (key: string): string => (key.length <= 128 ? key : `${key.slice(0, 127)}…`);
