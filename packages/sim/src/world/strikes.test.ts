import { expect, test } from 'vitest';
import { Random } from '../random.ts';
import type { Fault } from './faults.ts';
import { Life } from './life.ts';
import { heal, strike } from './strikes.ts';
import { World } from './world.ts';

const FIRST = 'cnv_1';
const SECOND = 'cnv_2';

/** A world with a hub, and what has become of the faults that struck it. */
async function begin() {
  const world = new World(1, {}, () => undefined);
  const random = new Random(1);
  const hub = await world.finish(world.startHub());
  const course: string[] = [];
  const hit = (fault: Fault): void =>
    strike(world, fault, random, (now) => {
      course.push(`${fault} meets ${now.join()}`);
      return () => void course.push(`${fault} is over`);
    });
  const create = (conversation: typeof FIRST | typeof SECOND) =>
    world.hub!.create(conversation as never, 'sub_anybody', {});
  return { world, hub, course, hit, create };
}

test('an answer is lost when something is stored, not before, and the hub is back when that is over', async () => {
  const { world, hub, course, hit, create } = await begin();
  hit('loseAnswer');
  await world.run(1_000);
  expect(course).toEqual([]);
  void create(FIRST);
  await world.run(1_000, () => world.hub === null);
  expect(course).toEqual(['loseAnswer meets append']);
  expect(await world.disk.stored.head(FIRST as never)).not.toBeNull();
  await world.run(2_000);
  expect(course).toEqual(['loseAnswer meets append', 'loseAnswer is over']);
  expect(world.hub).not.toBe(hub);
});

test('a snapshot is nothing that is answered', async () => {
  const { world, hub, course, hit, create } = await begin();
  await world.finish(create(FIRST));
  hit('loseAnswer');
  const log = world.disk.open(new Life(world.clock));
  const head = (await world.disk.stored.head(FIRST as never))!;
  await world.finish(log.saveSnapshot(FIRST as never, { ...head, state: '{}' } as never));
  expect(course).toEqual([]);
  expect(world.hub).toBe(hub);
});

test.each(['crash', 'heal'] as const)('an answer that a %s has come before is not lost', async (what) => {
  const { world, course, hit, create } = await begin();
  hit('loseAnswer');
  if (what === 'crash') hit('crash');
  else await world.finish(heal(world));
  await world.run(2_000);
  await world.finish(create(SECOND));
  await world.run(2_000);
  expect(course.filter((each) => each.startsWith('loseAnswer'))).toEqual([]);
  hit('loseAnswer');
  void create(FIRST);
  await world.run(2_000);
  expect(course.at(-1)).toBe('loseAnswer is over');
});

test('a stop during which the hub dies is over as well', async () => {
  const { world, course, hit, create } = await begin();
  void create(FIRST);
  await world.run(1_000, () => world.disk.busy);
  hit('loseAnswer');
  hit('restart');
  await world.run(3_000);
  expect(course.toSorted()).toEqual([
    'loseAnswer is over',
    'loseAnswer meets append',
    'restart is over',
    'restart meets append',
  ]);
  expect(world.hub?.ready).toBe(true);
});
