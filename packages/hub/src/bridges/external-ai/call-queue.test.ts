import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../host/clock.simulated.ts';
import { CallQueue, TooLate } from './call-queue.ts';

const never = new AbortController().signal;
const patient = { withinMs: 600_000, signal: never };

describe('the limits of a service', () => {
  it('[AI-3] lets so many requests through in a minute, and the next when it may', async () => {
    const clock = new SimulatedClock();
    const queue = new CallQueue({ requestsPerMinute: 2 }, clock);
    for (let call = 0; call < 2; call += 1) (await queue.enter(10, patient)).done(10);
    expect(queue.waitMs(10)).toBe(30_000);
    let through = false;
    const third = queue.enter(10, patient).then(() => (through = true));
    await clock.advance(29_900);
    expect(through).toBe(false);
    await clock.advance(100);
    await third;
  });

  it('[AI-3] counts tokens by what a call may take, and gives back what it did not', async () => {
    const clock = new SimulatedClock();
    const queue = new CallQueue({ tokensPerMinute: 1_000 }, clock);
    const permit = await queue.enter(900, patient);
    expect(queue.waitMs(900)).toBe(48_000);
    permit.done(100);
    permit.done(0);
    expect(queue.waitMs(900)).toBe(0);
    // More than a minute's worth needs a full bucket, and is paid for by those after it.
    const large = queue.enter(5_000, { withinMs: 10_000, signal: never });
    await clock.advance(6_000);
    (await large).done(5_000);
    expect(queue.waitMs(1)).toBeGreaterThan(240_000);
  });

  it('[AI-3] keeps calls at once below their limit, first come first served', async () => {
    const clock = new SimulatedClock();
    const queue = new CallQueue({ maxConcurrent: 1 }, clock);
    const first = await queue.enter(1, patient);
    const order: number[] = [];
    const others = [2, 3].map(async (name) => {
      const permit = await queue.enter(1, patient);
      order.push(name);
      permit.done(1);
    });
    expect(queue.waitMs(1)).toBe(6_000);
    first.done(1);
    await Promise.all(others);
    expect(order).toEqual([2, 3]);
  });

  it('[AI-3] waits as long as the service asks for', async () => {
    const clock = new SimulatedClock();
    const queue = new CallQueue({}, clock);
    queue.hold(20_000);
    expect(queue.waitMs(1)).toBe(20_000);
    await expect(queue.enter(1, { withinMs: 5_000, signal: never })).rejects.toMatchObject({
      name: 'TooLate',
      waitMs: 20_000,
    });
    const later = queue.enter(1, patient);
    await clock.advance(20_000);
    await later;
  });

  it('ends every wait: in time, or when its caller has gone', async () => {
    const clock = new SimulatedClock();
    const queue = new CallQueue({ maxConcurrent: 1 }, clock);
    await queue.enter(1, patient);
    const gone = new AbortController();
    const aborted = queue.enter(1, { withinMs: 3_000, signal: gone.signal });
    gone.abort(new Error('gone'));
    await expect(aborted).rejects.toThrow('gone');
    const late = queue.enter(1, { withinMs: 3_000, signal: never });
    const [settled] = await Promise.all([Promise.allSettled([late]), clock.advance(3_000)]);
    expect(settled[0]).toMatchObject({ status: 'rejected', reason: { name: 'TooLate' } });
    expect(clock.armed).toBe(0);
  });

  it('[AI-3] never lets more through than the limits, whatever comes when', async () => {
    const call = fc.record({ afterMs: fc.nat(20_000), tokens: fc.integer({ min: 1, max: 400 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 40 }), async (calls) => {
        const clock = new SimulatedClock();
        const queue = new CallQueue(
          { requestsPerMinute: 5, tokensPerMinute: 1_000, maxConcurrent: 2 },
          clock,
        );
        const begun: { at: number; tokens: number }[] = [];
        let active = 0;
        for (const { afterMs, tokens } of calls) {
          await clock.advance(afterMs);
          void queue
            .enter(tokens, patient)
            .then((permit) => {
              begun.push({ at: clock.now(), tokens });
              active += 1;
              expect(active).toBeLessThanOrEqual(2);
              clock.after(700, () => {
                active -= 1;
                permit.done(tokens);
              });
            })
            .catch((error: unknown) => expect(error).toBeInstanceOf(TooLate));
        }
        await clock.advance(600_000);
        for (const { at } of begun) {
          const minute = begun.filter((each) => each.at >= at && each.at <= at + 60_000);
          // A full bucket and what flows in during the minute.
          expect(minute.length).toBeLessThanOrEqual(5 + 5);
          expect(minute.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(2_000 + 1);
        }
      }),
      { numRuns: 30 },
    );
  });
});
