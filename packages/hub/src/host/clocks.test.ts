import { expect, test, vi } from 'vitest';
import { SimulatedClock } from './clock.simulated.ts';
import { SystemClock } from './clock.system.ts';
import { HostTime } from './conversation-time.ts';
import { eachWithin, Gate } from './gate.ts';

const HOUR = 3_600_000;

test('[RL-4] the system clock follows a wall clock that jumps without jumping itself', () => {
  for (const jump of [HOUR, -HOUR]) {
    const sources = { wallMs: 1_000_000, steadyMs: 0 };
    const clock = new SystemClock({ wall: () => sources.wallMs, steady: () => sources.steadyMs });
    const pass = (ms: number): void => {
      sources.wallMs += ms;
      sources.steadyMs += ms;
    };
    pass(1_000);
    expect(clock.now()).toBe(1_001_000);
    sources.wallMs += jump;
    let last = clock.now();
    expect(last).toBe(1_001_000);
    for (let minute = 0; minute < 60 * 30; minute += 1) {
      pass(60_000);
      const passed = clock.now() - last;
      expect(passed).toBeGreaterThanOrEqual(57_000);
      expect(passed).toBeLessThanOrEqual(63_000);
      last += passed;
    }
    // 30 hours later it has caught up.
    expect(Math.abs(last - sources.wallMs)).toBeLessThanOrEqual(1);
  }
});

// Found by the simulated world: what had been added for a jump was lost with the first timer behind it.
test('[RL-4] a host’s time does not go back, whether it is asked for or a timer fires after a jump', async () => {
  const clock = new SimulatedClock(10 * HOUR);
  const time = new HostTime(clock);
  const seen: number[] = [];
  const tick = (): void => {
    seen.push(time.now());
    time.after(50, tick);
  };
  tick();
  await clock.advance(100);
  clock.jump(-HOUR);
  await clock.advance(100);
  clock.jump(HOUR / 2);
  await clock.advance(100);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen.at(-1)! - seen[0]!).toBeGreaterThanOrEqual(300);
});

test('a timer of the system clock fires once, not early, and can be called off', async () => {
  const clock = new SystemClock();
  const fired: string[] = [];
  const start = clock.now();
  const cancel = clock.after(5, () => fired.push('cancelled'));
  cancel();
  await new Promise<void>((resolve) => {
    clock.at(start + 20, () => {
      fired.push('at');
      resolve();
    });
  });
  expect(clock.now()).toBeGreaterThanOrEqual(start + 20);
  expect(fired).toEqual(['at']);
});

test('the system clock takes delays longer than a timer of the machine can', () => {
  vi.useFakeTimers();
  try {
    const clock = new SystemClock();
    let fired = false;
    clock.after(60 * 24 * HOUR, () => (fired = true));
    vi.advanceTimersByTime(59 * 24 * HOUR);
    expect(fired).toBe(false);
    vi.advanceTimersByTime(25 * HOUR);
    expect(fired).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

test('simulated time stands still until told, and fires timers in their order', async () => {
  const clock = new SimulatedClock(1_000);
  const fired: string[] = [];
  clock.after(20, () => fired.push(`b ${clock.now()}`));
  clock.at(1_010, () => {
    fired.push(`a ${clock.now()}`);
    clock.after(5, () => fired.push(`nested ${clock.now()}`));
  });
  const cancel = clock.after(12, () => fired.push('never'));
  cancel();
  clock.jump(-500);
  expect(clock.untilNext).toBe(10);
  await clock.advance(30);
  expect(fired).toEqual(['a 510', 'nested 515', 'b 520']);
  expect(clock.now()).toBe(530);
  expect(clock.step(100)).toBe(false);
  expect(clock.now()).toBe(630);
});

test('a gate lets so many through at once, in order, also past failures', async () => {
  const gate = new Gate(2);
  let [running, most] = [0, 0];
  const order: number[] = [];
  const task = (name: number) =>
    gate.run(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      order.push(name);
      if (name === 1) throw new Error('one fails');
    });
  const outcomes = await Promise.allSettled([0, 1, 2, 3, 4].map(task));
  expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([true, false, true, true, true]);
  expect([most, order]).toEqual([2, [0, 1, 2, 3, 4]]);
  const seen: string[] = [];
  await eachWithin(3, ['x', 'y', 'z', 'w'], async (item) => void seen.push(item));
  expect(seen).toEqual(['x', 'y', 'z', 'w']);
});
