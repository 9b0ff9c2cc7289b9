import { describe, expect, it } from 'vitest';
import { tally } from './tally.mjs';

const ended = { code: 0, signal: null, filtered: false };
const file = (statuses: string[], status = 'passed') => ({
  name: 'a.test.ts',
  status,
  message: 'SyntaxError',
  assertionResults: statuses.map((each, index) => ({ status: each, fullName: `test ${index}` })),
});

describe('the last line of npm test', () => {
  it('counts passes and failures over files', () => {
    const results = { testResults: [file(['passed', 'failed'], 'failed'), file(['passed'])] };
    expect(tally(results, { ...ended, code: 1 })).toMatchObject({ passed: 2, failed: 1, notes: [] });
  });

  it('counts a file that could not be loaded', () => {
    expect(
      tally({ testResults: [file([], 'failed'), file(['passed'])] }, { ...ended, code: 1 }),
    ).toMatchObject({
      passed: 1,
      failed: 1,
    });
  });

  it('counts a skipped test as failed in a whole run, and not in a filtered one', () => {
    const results = { testResults: [file(['passed', 'pending'])] };
    expect(tally(results, ended).failed).toBe(1);
    expect(tally(results, { ...ended, filtered: true }).failed).toBe(0);
  });

  it('counts a run that found nothing, wrote nothing or was killed', () => {
    expect(tally({ testResults: [] }, ended).failed).toBe(1);
    expect(tally(null, ended).failed).toBe(1);
    expect(tally(null, { ...ended, code: null, signal: 'SIGKILL' }).notes.join()).toContain('SIGKILL');
  });

  it('counts an error outside of any test', () => {
    expect(tally({ testResults: [file(['passed'])] }, { ...ended, code: 1 })).toMatchObject({
      passed: 1,
      failed: 1,
    });
  });
});
