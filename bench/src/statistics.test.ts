import { expect, test } from 'vitest';
import { median, percentile, spread } from './statistics.ts';

test('the median of odd and even numbers of values, in any order', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(() => median([])).toThrow(RangeError);
});

test('a percentile is a value that was measured', () => {
  const values = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(percentile(values, 0.5)).toBe(50);
  expect(percentile(values, 0.99)).toBe(99);
  expect(percentile([7], 0.99)).toBe(7);
});

test('the spread is relative to the median', () => {
  expect(spread([90, 100, 110])).toBeCloseTo(0.2);
});
