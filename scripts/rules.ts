// Holds docs/spec and the tests together: fails where a rule is named by no test's title, and where a
// title names a rule that docs/spec does not have. Fails too where a page of the checkout links to nothing.

import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { deadLinks } from './rules/links.ts';
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
const unheld = compare(rules, named);
const pages = await filesOf('**/*.md');
const dead = deadLinks(pages, (file) => existsSync(path.join(root, file)));
const problems = [...unheld, ...dead];

for (const problem of problems) process.stderr.write(`${problem}\n`);
const built = rules.filter((rule) => !rule.planned).length;
process.stdout.write(
  `${rules.length} rules, ${built} of them built, ${built - unheld.filter((each) => each.includes('no test')).length} tested\n${pages.length} pages, ${dead.length} dead links\n`,
);
process.exitCode = problems.length > 0 || rules.length === 0 || pages.length === 0 ? 1 : 0;
