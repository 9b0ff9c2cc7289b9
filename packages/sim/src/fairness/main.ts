// `npm run fairness`: a simulated day under each turn strategy. Prints every figure beside its goal, draws the
// charts, writes docs/fairness.md, and fails where a goal was missed. `--print` leaves the files alone.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { studies } from './all.ts';
import { chartOf } from './chart.ts';
import { linesOf, pageOf } from './report.ts';
import type { Study } from './study.ts';
import { FULL } from './study.ts';

const docs = path.join(import.meta.dirname, '../../../../docs');
const results: Study[] = [];
for (const study of Object.values(studies)) {
  const started = performance.now();
  const result = study(FULL);
  results.push(result);
  const took = ((performance.now() - started) / 1_000).toFixed(1);
  process.stdout.write(`${linesOf(result)}  took ${took} s\n\n`);
}

if (!process.argv.includes('--print')) {
  await mkdir(path.join(docs, 'images'), { recursive: true });
  for (const result of results) {
    await writeFile(path.join(docs, 'images', `fairness-${result.strategy}.svg`), chartOf(result));
  }
  await writeFile(path.join(docs, 'fairness.md'), pageOf(results, FULL));
}

const missed = results.flatMap(({ title, figures }) =>
  figures.filter(({ met }) => !met).map(({ name }) => `${title}: ${name}`),
);
for (const each of missed) process.stderr.write(`missed: ${each}\n`);
process.exitCode = missed.length > 0 ? 1 : 0;
