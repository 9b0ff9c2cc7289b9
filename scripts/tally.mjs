/**
 * What a test run comes to. Whatever is not a plain pass counts as a failure: a file that could not be
 * loaded, an error outside of any test, a run that ended early or found nothing, a test that was skipped.
 *
 * @param {null | {testResults: {name: string, status: string, message?: string, assertionResults: {status: string, fullName: string}[]}[]}} results
 *   vitest's JSON report; null when it wrote none
 * @param {{code: number | null, signal: string | null, filtered: boolean}} run how vitest ended, and whether
 *   only a part was asked for (then the other tests are not skipped, but out of question)
 * @returns {{passed: number, failed: number, notes: string[]}}
 */
export function tally(results, { code, signal, filtered }) {
  const notes = [];
  let passed = 0;
  let failed = 0;
  for (const file of results?.testResults ?? []) {
    let failedHere = 0;
    for (const test of file.assertionResults) {
      if (test.status === 'passed') passed++;
      else if (test.status === 'failed') failedHere++;
      else if (!filtered) {
        notes.push(`not run, so counted as failed: ${test.fullName} (${file.name})`);
        failedHere++;
      }
    }
    if (file.status === 'failed' && failedHere === 0) {
      notes.push(`counted as failed: ${file.name}: ${file.message ?? ''}`.trimEnd());
      failedHere = 1;
    }
    failed += failedHere;
  }
  if (failed === 0 && code !== 0) {
    notes.push(`counted as failed: vitest ended with ${signal ?? `exit code ${code}`}`);
    failed = 1;
  }
  if (failed === 0 && passed === 0) {
    notes.push('counted as failed: no test ran');
    failed = 1;
  }
  return { passed, failed, notes };
}
