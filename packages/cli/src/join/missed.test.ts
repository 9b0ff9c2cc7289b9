import type { CatchUpSummary, Room } from '@parley/client';
import { expect, it } from 'vitest';
import { summaryLines, tellSummaries } from './missed.ts';

const summary = (text: string): CatchUpSummary => ({ text, upTo: 9, cites: [] });

it('[CU-2] tells what was missed when one comes in, and again only when there is something new', () => {
  const told: string[] = [];
  const listeners = new Set<() => void>();
  const catchUp: { summary?: CatchUpSummary } = { summary: summary('Decided: “Tea.” [#3]') };
  const room: Pick<Room, 'subscribe'> & { catchUp: typeof catchUp } = {
    catchUp,
    subscribe: (fn) => {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
  };
  const stop = tellSummaries(room as unknown as Room, (text) => told.push(text));
  const first = ['What you missed, in short:', '  Decided: “Tea.” [#3]'];
  expect(told).toEqual(first);
  for (const listener of listeners) listener();
  delete catchUp.summary;
  for (const listener of listeners) listener();
  expect(told).toEqual(first);
  catchUp.summary = summary('Ann 2 × [#7]');
  for (const listener of listeners) listener();
  expect(told.slice(2)).toEqual(['What you missed, in short:', '  Ann 2 × [#7]']);
  stop();
  expect(listeners.size).toBe(0);
});

it('[CU-2] prints no control sequences, and nothing where there is nothing', () => {
  expect(summaryLines(undefined)).toEqual([]);
  expect(summaryLines(summary('\u001b[2Jaway\n\u0007\nstays'))).toEqual([
    'What you missed, in short:',
    '  away',
    '  stays',
  ]);
});
