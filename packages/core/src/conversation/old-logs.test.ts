import { expect, it } from 'vitest';
import type { ConversationConfig } from './config.ts';
import type { DurableEvent } from './events.ts';
import { isDurable } from './events.ts';
import { foldLog } from './evolve.ts';
import { strategyView } from './floor-view.ts';
import { TestRoom } from './room.fixture.ts';

/** A log as it was written before some settings existed. */
function logWithout(forget: (config: Record<keyof ConversationConfig, unknown>) => void): DurableEvent[] {
  const log = structuredClone(new TestRoom({ floor: { seed: 7 } }).join('ann').events.filter(isDurable));
  const [created] = log;
  if (created?.type !== 'conversation.created') throw new Error('a log begins with its conversation');
  forget(created.data.config as unknown as Record<keyof ConversationConfig, unknown>);
  return log;
}

it('[FL-9] a log that says no seed begins with the default one, and draws differ', () => {
  const log = logWithout((config) => {
    delete (config.floor as { seed?: number }).seed;
  });
  const state = foldLog(null, log);
  expect(state.config.floor.seed).toBe(0);
  expect(state).toEqual(foldLog(null, new TestRoom().join('ann').events.filter(isDurable)));
  const { random } = strategyView(state, state.at);
  expect(random(0)).not.toBe(random(1));
});

it('[FL-10] what a log does not say of its settings has its default', () => {
  const log = logWithout((config) => {
    Reflect.deleteProperty(config, 'agents');
    Reflect.deleteProperty(config, 'consistency');
  });
  expect(foldLog(null, log).config).toEqual(new TestRoom({ floor: { seed: 7 } }).state.config);
});
