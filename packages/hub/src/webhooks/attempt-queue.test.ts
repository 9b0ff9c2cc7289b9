import { initialState } from '@parley/core';
import { expect, it } from 'vitest';
import { AttemptQueue } from './attempt-queue.ts';
import type { Attempt } from './notice.ts';

const LIMITS = { atOnce: 4, atOnceEach: 2, waitingMax: 6, waitingMaxEach: 4 };

const attempt = (url: string, number = 1): Attempt => ({
  ...{ conversation: 'cnv_1', participant: 'eva', notification: 'n', attempt: number, kind: 'mention' },
  ...{ about: 1, since: 0, url, state: initialState() },
});

/** Adds so many for a receiver; how many found room. */
const add = (queue: AttemptQueue, host: string, count: number): number =>
  Array.from({ length: count }, (_, index) =>
    queue.add(`${host} ${index}`, attempt(`https://${host}/${index}`)),
  ).filter(Boolean).length;

const take = (queue: AttemptQueue): string[] => {
  const taken: string[] = [];
  for (let next = queue.take(); next; next = queue.take()) taken.push(next.key);
  return taken;
};

it('[PR-3] a receiver has no more than its share of the calls at once, and the receivers take turns', () => {
  const queue = new AttemptQueue(LIMITS);
  add(queue, 'a', 3);
  add(queue, 'b', 2);
  expect(take(queue)).toEqual(['a 0', 'b 0', 'a 1', 'b 1']);
  expect(queue.waiting).toBe(1);
  // All calls are out; one of another receiver makes no room for a third of the first.
  queue.done(attempt('https://b/0'));
  expect(take(queue)).toEqual([]);
  queue.done(attempt('https://a/0'));
  expect(take(queue)).toEqual(['a 2']);
});

it('[PR-3] a receiver has no more than its share of those that wait; a later attempt takes its place', () => {
  const queue = new AttemptQueue(LIMITS);
  expect(add(queue, 'a', 5)).toBe(4);
  expect(queue.add('a 0', attempt('https://a/0', 2))).toBe(true);
  expect(add(queue, 'b', 3)).toBe(2);
  expect(queue.waiting).toBe(6);
  expect(queue.take()).toMatchObject({ key: 'a 0', attempt: { attempt: 2 } });
  queue.clear();
  expect([queue.waiting, queue.take()]).toEqual([0, null]);
  queue.done(attempt('https://a/0'));
  expect(add(queue, 'a', 4)).toBe(4);
});
