// Holds docs/spec and the tests together: fails where a rule is named by no test's title, and where a
// title names a rule that docs/spec does not have.

import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { compare, rulesIn, rulesNamedBy } from './rules/read.ts';

const root = path.dirname(import.meta.dirname);

async function filesOf(pattern: string): Promise<{ file: string; text: string }[]> {
  const files: { file: string; text: string }[] = [];
  for await (const file of glob(pattern, { cwd: root, exclude: (name) => name === 'node_modules' })) {
    files.push({ file, text: await readFile(path.join(root, file), 'utf8') });
  }
  return files;
}

const specs = await filesOf('docs/spec/*.md');
const tests = [
  ...(await filesOf('{packages,bench,examples}/**/*.test.{ts,tsx}')),
  ...(await filesOf('packages/**/*.{contract,suite}.ts')),
];
const rules = specs.flatMap(({ file, text }) => rulesIn(text, file));
const named = tests.flatMap(({ file, text }) => rulesNamedBy(text, file));
const problems = compare(rules, named);

for (const problem of problems) process.stderr.write(`${problem}\n`);
const built = rules.filter((rule) => !rule.planned).length;
process.stdout.write(
  `${rules.length} rules, ${built} of them built, ${built - problems.filter((each) => each.includes('no test')).length} tested\n`,
);
process.exitCode = problems.length > 0 || rules.length === 0 ? 1 : 0;
