import { expect, test } from 'vitest';
import type { Seq } from '@parley/core';
import { HostWorld } from '../host/host.fixture.ts';
import { Turns } from '../host/turns.ts';
import { acknowledge } from './acknowledging.ts';
import type { Attachment } from './attendance.ts';
import { Attendance } from './attendance.ts';

/** Ann and Bob in a conversation whose views are of this level; Bob is connected. */
async function scene(kind: string) {
  const told: string[] = [];
  const world = new HostWorld({ metrics: { commandAccepted: (op) => told.push(op) } });
  await world.create('cnv_1', ['ann', 'bob'], { consistency: { kind } });
  const attendance = new Attendance(world.host, world.clock, new Turns({ clock: world.clock }));
  const bob: Attachment = {
    ...{ conversation: 'cnv_1', participant: 'bob', acknowledged: 0, generation: 0 },
    replaced: () => undefined,
    ended: () => undefined,
  };
  attendance.attach(bob);
  const parts = { attendance, conversations: world.host, clock: world.clock };
  const state = async () => (await world.host.state('cnv_1'))!;
  return {
    ...{ world, bob, state },
    /** How often the conversation was told of an acknowledgement. */
    told: () => told.filter((op) => op === 'ack').length,
    ack: async (seq: Seq) => {
      const refused = acknowledge(parts, await state(), 'bob', seq);
      await world.clock.advance(0);
      return refused;
    },
  };
}

test('[CS-1] the conversation hears of the acknowledgement that a turn waits for, and of no other', async () => {
  const { world, told, bob, state, ack } = await scene('strong');
  await ack((await state()).seq);
  expect(told()).toBe(0);
  await world.say('cnv_1', 'ann', 'hello');
  const { lastHeard, seq } = await state();
  await ack(lastHeard.aloud!.seq - 1);
  expect(told()).toBe(0);
  await ack(seq);
  await ack(seq);
  expect(told()).toBe(1);
  expect(bob.acknowledged).toBe(seq);
});

test('[CS-3] where no turn waits, an acknowledgement is kept and costs the conversation nothing', async () => {
  const { world, told, bob, state, ack } = await scene('causal');
  await world.say('cnv_1', 'ann', 'hello');
  const { seq } = await state();
  for (let each = 1; each <= seq; each += 1) await ack(each);
  expect(told()).toBe(0);
  expect(bob.acknowledged).toBe(seq);
  await ack(2);
  expect(bob.acknowledged).toBe(seq);
});

test('[CS-1] what cannot have arrived yet is refused with its path, and nothing is kept', async () => {
  const { bob, state, ack } = await scene('strong');
  const refused = await ack((await state()).seq + 1);
  expect(refused?.error).toMatchObject({ code: 'request.invalid', details: { path: 'data.seq' } });
  expect(bob.acknowledged).toBe(0);
});

test('[CS-1][DG-2] a turn that could not be written when the last one acknowledged begins once it can', async () => {
  const { world, state, ack } = await scene('strong');
  await world.say('cnv_1', 'ann', 'hello');
  const { seq } = await state();
  await world.ok('cnv_1', 'ann', 'ack', { seq });
  await world.ok('cnv_1', 'ann', 'floor.request', {});
  expect((await state()).floor.holders).toEqual([]);
  world.faults.fail();
  await ack(seq + 1);
  await world.clock.advance(1_500);
  expect((await state()).floor.holders).toEqual([]);
  world.faults.heal();
  await world.clock.advance(1_000);
  expect((await state()).floor.holders).toMatchObject([{ participant: 'ann' }]);
});
