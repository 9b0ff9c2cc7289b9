import { err, ok } from '@parley/core';
import type { Result } from '@parley/core';
import { z } from 'zod';
import { guardJson, shortened } from './json-guard.ts';
import type { ValueProblem } from './json-guard.ts';

/**
 * Checks a value that came over the wire: first the rules of every input, then its schema. The first
 * problem is told with its exact path, below `root` (the name of what is checked, such as `data`).
 */
export function validate<S extends z.ZodType>(
  schema: S,
  value: unknown,
  root = '',
): Result<z.output<S>, ValueProblem> {
  const problem = guardJson(value, root, root === '' ? 0 : 1);
  return problem ? err(problem) : checkShape(schema, value, root);
}

/** The second half of {@link validate}, for a value that has passed {@link guardJson} already. */
export function checkShape<S extends z.ZodType>(
  schema: S,
  value: unknown,
  root: string,
): Result<z.output<S>, ValueProblem> {
  const result = schema.safeParse(value, { error: expectation });
  if (result.success) return ok(result.data);
  const { path, expected } = firstProblem(result.error.issues);
  return err({ path: [root, ...path].filter((key) => key !== '').join('.'), expected });
}

type Issue = z.core.$ZodIssue;

function firstProblem(issues: readonly Issue[]): { path: string[]; expected: string } {
  const issue = issues[0]!;
  const path = issue.path.map((key) => shortened(String(key)));
  if (issue.code === 'unrecognized_keys') path.push(shortened(issue.keys[0]!));
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return { path, expected: issue.message };
  const inside = issue.errors.filter((errors) => errors[0]!.path.length > 0);
  const branch = inside.find((errors) => !errors.some(isAboutKind)) ?? inside[0];
  // Alternatives that all fail at the value itself are told as one: "a seq or the id of an utterance".
  if (branch === undefined) return { path, expected: issue.message };
  const inner = firstProblem(branch);
  return { path: [...path, ...inner.path], expected: inner.expected };
}

/** A branch that fails because of `kind` is not the one that the sender meant. */
const isAboutKind = (issue: Issue): boolean => issue.path.length === 1 && issue.path[0] === 'kind';

const NOUNS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

/** What zod found, said as what would have been right. A schema's own words come first. */
function expectation(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return NOUNS[issue.expected] ?? issue.expected;
    case 'too_big':
      return bound('at most', issue.origin, issue.maximum);
    case 'too_small':
      return bound('at least', issue.origin, issue.minimum);
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'unrecognized_keys':
      return oneOf(knownKeys(issue.inst));
    case 'invalid_union':
      return issue.discriminator === undefined
        ? 'one of the described shapes'
        : `one of ${listed(issue.options).join(', ')}`;
    case 'invalid_key':
      return 'another name of the key';
    default:
      return 'another value';
  }
}

const listed = (options: unknown): string[] => (Array.isArray(options) ? options.map(String) : []);

const oneOf = (keys: string[]): string =>
  keys.length === 0 ? 'no keys at all' : `one of ${keys.join(', ')}`;

const knownKeys = (inst: unknown): string[] => (inst instanceof z.ZodObject ? Object.keys(inst.shape) : []);

function bound(words: string, origin: string, limit: number | bigint): string {
  if (origin === 'string') return `a text of ${words} ${limit} characters`;
  if (origin === 'array') return `a list of ${words} ${limit}`;
  return `a number of ${words} ${limit}`;
}
