import { expect, it } from 'vitest';
import { SimulatedClock } from '../host/clock.simulated.ts';
import { Buckets, DEFAULT_LIMITS, isLoopback, Rates, TokenBucket } from './rates.ts';

it('a bucket gives its burst at once, then its rate, and says how long to wait', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 3 }, 0);
  expect([0, 0, 0, 0].map(() => bucket.take(0))).toEqual([0, 0, 0, 100]);
  expect(bucket.take(50)).toBe(50);
  expect(bucket.take(100)).toBe(0);
  expect(bucket.take(100)).toBe(100);
  expect(bucket.isFull(10_000)).toBe(true);
});

it('a clock that is set back neither takes nor gives budget', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 1 }, 100_000);
  expect(bucket.take(100_000)).toBe(0);
  expect(bucket.take(0)).toBe(100);
  expect(bucket.take(50)).toBe(50);
  expect(bucket.take(100)).toBe(0);
});

it('names beyond the bound are forgotten, so that a flood of names costs no memory', () => {
  const buckets = new Buckets({ perSecond: 1, burst: 1 }, new SimulatedClock(0));
  for (let name = 0; name < 120_000; name += 1) buckets.take(`name${name}`);
  expect(buckets.size).toBeLessThanOrEqual(50_000);
});

it('counts connections of loopback and other addresses apart', () => {
  const limits = { ...DEFAULT_LIMITS, connectionsPerAddress: 1, connectionsFromLoopback: 2 };
  const rates = new Rates(limits, new SimulatedClock(0));
  const tries = (address: string) => [1, 2, 3].map(() => rates.connectAddress(address));
  expect(tries('192.0.2.1')).toEqual([true, false, false]);
  expect(tries('127.0.0.1')).toEqual([true, true, false]);
  rates.disconnectAddress('127.0.0.1');
  expect(rates.connectAddress('127.0.0.1')).toBe(true);
});

it.each([
  ['127.0.0.1', true],
  ['::ffff:127.0.0.1', true],
  ['::1', true],
  ['10.0.0.1', false],
  ['::ffff:10.0.0.1', false],
])('%s is of this machine: %s', (address, expected) => expect(isLoopback(address)).toBe(expected));
