import { expect, it } from 'vitest';
import { retryAfter } from './retry-after.ts';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);

it.each([
  ['seconds', '2', 2_000],
  ['seconds with space around', ' 120 ', 120_000],
  ['parts of a second', '0.25', 250],
  ['nothing to wait for', '0', 0],
  ['a date to come', 'Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
  ['a date that has passed', 'Thu, 01 Jan 2026 11:00:00 GMT', 0],
  ['more than anybody waits', '86400', 600_000],
  ['more than a number holds', '9'.repeat(400), 600_000],
  ['a date far away', 'Fri, 01 Jan 2100 00:00:00 GMT', 600_000],
  ['words', 'soon', null],
  ['nothing', '', null],
  ['no such header', null, null],
  ['no such header, as an object has it', undefined, null],
])('Retry-After: %s', (_, value, ms) => {
  expect(retryAfter(value, NOW, 600_000)).toBe(ms);
});
