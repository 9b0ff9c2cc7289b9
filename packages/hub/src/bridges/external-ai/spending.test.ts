import { expect, it } from 'vitest';
import { costOf, Spending } from './spending.ts';

const prices = { inputPerMillion: 2, outputPerMillion: 8, currency: 'EUR' };

it('[AI-3] an answer is as long as the budget of tokens allows', () => {
  const spending = new Spending({ tokens: 1_000 }, null, false);
  const first = spending.reserve(300, 500);
  expect(first?.outputMax).toBe(500);
  first!.settle({ input: 300, output: 400 });
  const second = spending.reserve(200, 500);
  expect(second?.outputMax).toBe(100);
  second!.settle({ input: 0, output: 0 });
  expect(spending.isSpent).toBe(false);
  expect(spending.reserve(300, 500)).toBeNull();
  expect(spending.isSpent).toBe(true);
});

it('[AI-3] a budget in money goes by the operator’s prices', () => {
  const spending = new Spending({ cost: 0.01 }, prices, false);
  const reserve = spending.reserve(1_000, 10_000);
  expect(reserve?.outputMax).toBe(1_000);
  reserve!.settle({ input: 1_000, output: 1_000 });
  expect(spending.isSpent).toBe(true);
  expect(costOf({ input: 500_000, output: 1_000_000 }, prices)).toEqual({ value: 9, currency: 'EUR' });
  expect(costOf({ input: 1, output: 1 }, { currency: 'EUR' })).toBeNull();
});

it('[AI-3] without a budget nothing is ever spent; what was spent before a restart stays spent', () => {
  const free = new Spending({}, prices, false);
  free.reserve(1, 500)!.settle({ input: 10_000_000, output: 10_000_000 });
  expect(free.reserve(1, 500)?.outputMax).toBe(500);
  expect(new Spending({ tokens: 1_000 }, null, true).reserve(1, 500)).toBeNull();
});

it('[AI-3] calls side by side keep the budget together, and one that cost nothing gives back what it had', () => {
  const spending = new Spending({ tokens: 1_000 }, null, false);
  const turn = spending.reserve(300, 500)!;
  const bid = spending.reserve(100, 200)!;
  expect([turn.outputMax, bid.outputMax]).toEqual([500, 100]);
  // The rest is set aside, and not spent.
  expect(spending.reserve(100, 200)).toBeNull();
  expect(spending.isSpent).toBe(false);
  turn.settle({ input: 0, output: 0 });
  turn.settle({ input: 300, output: 500 });
  expect(spending.reserve(100, 200)?.outputMax).toBe(200);
  bid.settle({ input: 100, output: 100 });
  expect(spending.isSpent).toBe(false);
});
