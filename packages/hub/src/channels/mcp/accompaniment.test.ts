import { expect, it } from 'vitest';
import type { Commit, Conversations } from '../../host/submission.ts';
import { SimulatedClock } from '../../host/clock.simulated.ts';
import { Waiters } from '../http/waiters.ts';
import { accompany } from './accompaniment.ts';
import type { ToolCall } from './call.ts';
import type { Member } from '../calling/member.ts';

/** A wait whose clock and whose conversation's commits are the test's. */
function waiting() {
  const clock = new SimulatedClock(Date.parse('2026-01-01T00:00:00Z'));
  const listeners = new Set<(commit: Commit) => void>();
  const conversations = {
    subscribe: (listener: (commit: Commit) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as Conversations;
  const waiters = new Waiters(conversations, clock);
  const told: string[] = [];
  const call = {
    context: { parts: { clock }, waiters },
    progress: (message: string) => told.push(message),
  } as unknown as ToolCall;
  const stop = accompany(call, { conversation: 'cnv_a', participant: 'prt_me' } as Member);
  const hear = (text: string, audience: 'all' | string[] = 'all', participant = 'prt_ann'): void => {
    const json = JSON.stringify({ event: 'speech.delta', data: { participant, text } });
    const event = { seq: null, type: 'speech.delta', audience, json, by: participant };
    const names = { prt_ann: { profile: { displayName: 'Ann' } } };
    const commit = { conversation: 'cnv_a', events: [event], state: { participants: names } };
    for (const listener of listeners) listener(commit as unknown as Commit);
  };
  return { clock, told, stop, hear, waiters };
}

it('[MC-4] tells a client every 5 s that it goes on, until it does not', async () => {
  const { clock, told, stop, waiters } = waiting();
  await clock.advance(4_999);
  expect(told).toEqual([]);
  await clock.advance(1);
  await clock.advance(5_000);
  expect(told).toEqual(['waiting', 'waiting']);
  stop();
  await clock.advance(60_000);
  expect(told).toHaveLength(2);
  expect(waiters.size).toBe(0);
});

it('[MC-4] gathers what is said within a moment, leaves out what is not for the listener, and has a bound', async () => {
  const { clock, told, stop, hear } = waiting();
  hear('Good ');
  hear('morning');
  hear('secret', ['prt_ann', 'prt_ben']);
  hear('own words', 'all', 'prt_me');
  await clock.advance(100);
  expect(told).toEqual(['Ann: Good morning']);
  hear('.', ['prt_me']);
  stop();
  expect(told).toEqual(['Ann: Good morning', 'Ann: .']);

  const loud = waiting();
  for (let index = 0; index < 20; index += 1) {
    loud.hear('x'.repeat(32_000));
    await loud.clock.advance(100);
  }
  loud.stop();
  expect(loud.told.join('').length).toBeLessThan(300_000);
});
