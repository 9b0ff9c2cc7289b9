import { expect, it } from 'vitest';
import { costOf, Spending } from './spending.ts';

const prices = { inputPerMillion: 2, outputPerMillion: 8, currency: 'EUR' };

it('[AI-3] an answer is as long as the budget of tokens allows', () => {
  const spending = new Spending({ tokens: 1_000 }, null, false);
  expect(spending.affordable(300, 500)).toBe(500);
  spending.add({ input: 300, output: 400 });
  expect(spending.affordable(200, 500)).toBe(100);
  expect(spending.isSpent).toBe(false);
  expect(spending.affordable(300, 500)).toBe(0);
  expect(spending.isSpent).toBe(true);
});

it('[AI-3] a budget in money goes by the operator’s prices', () => {
  const spending = new Spending({ cost: 0.01 }, prices, false);
  expect(spending.affordable(1_000, 10_000)).toBe(1_000);
  spending.add({ input: 1_000, output: 1_000 });
  expect(spending.isSpent).toBe(true);
  expect(costOf({ input: 500_000, output: 1_000_000 }, prices)).toEqual({ value: 9, currency: 'EUR' });
  expect(costOf({ input: 1, output: 1 }, { currency: 'EUR' })).toBeNull();
});

it('[AI-3] without a budget nothing is ever spent; what was spent before a restart stays spent', () => {
  const free = new Spending({}, prices, false);
  free.add({ input: 10_000_000, output: 10_000_000 });
  expect(free.affordable(1, 500)).toBe(500);
  expect(new Spending({ tokens: 1_000 }, null, true).affordable(1, 500)).toBe(0);
});
