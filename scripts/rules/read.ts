export interface Rule {
  /** Such as `FL-4`. */
  readonly id: string;
  readonly file: string;
  /** Marked `(planned)`: fixed in meaning, not built yet, so no test is asked for. */
  readonly planned: boolean;
}

export interface Naming {
  readonly id: string;
  readonly file: string;
}

/** A rule is a list item or a paragraph that starts with its number in bold: `**FL-4** (planned) …`. */
const RULE = /^(?:\s*[-*] )?\*\*([A-Z]{2,3}-\d+[a-z]?)[.:]?\*\*[.:]?( \(planned\))?/gm;

export const rulesIn = (markdown: string, file: string): Rule[] =>
  [...markdown.matchAll(RULE)].map(([, id, planned]) => ({ id: id!, file, planned: planned !== undefined }));

/** The first argument of it(), test(), describe() and their kin, such as `it.each(table)('[FL-4] …'`. */
const TITLE =
  /\b(?:it|test|describe|suite|bench)\b[\w.]*(?:\([^'"`]*\))?\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g;
const BRACKETED = /\[((?:[A-Z]{2,3}-\d+[a-z]?)(?:\s*,\s*[A-Z]{2,3}-\d+[a-z]?)*)\]/g;

/** The rules that the titles in a test file name: `[FL-4] …`, or several as `[FL-4, FL-5] …`. */
export const rulesNamedBy = (source: string, file: string): Naming[] =>
  [...source.matchAll(TITLE)].flatMap(([, , title]) =>
    [...title!.matchAll(BRACKETED)].flatMap(([, ids]) => ids!.split(/\s*,\s*/).map((id) => ({ id, file }))),
  );

/** One line for each disagreement between the rules and the tests. */
export function compare(rules: readonly Rule[], named: readonly Naming[]): string[] {
  const known = new Set(rules.map((rule) => rule.id));
  const tested = new Set(named.map((naming) => naming.id));
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const { id, file, planned } of rules) {
    if (seen.has(id)) problems.push(`${file}: ${id} is there twice`);
    seen.add(id);
    if (!planned && !tested.has(id)) problems.push(`${file}: no test's title names [${id}]`);
  }
  const unknown = new Set(
    named.filter(({ id }) => !known.has(id)).map(({ id, file }) => `${file}: [${id}] is not in docs/spec`),
  );
  return [...problems, ...unknown];
}
