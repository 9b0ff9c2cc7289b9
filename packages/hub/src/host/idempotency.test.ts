import { durableState } from '@parley/core';
import { expect, test } from 'vitest';
import { coreDecider } from './decider.ts';
import { HostWorld, turns } from './host.fixture.ts';
import { load } from './loading.ts';
import type { Outcome } from './submission.ts';

const task = { kind: 'task', text: 'once' } as const;

test('[FL-10] a repeated command gets its first answer and changes nothing', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  const key = world.key('a');
  const first = await world.ok('cnv_1', 'a', 'item.open', task, key);
  await world.ok('cnv_1', 'a', 'item.open', { kind: 'task', text: 'between' });
  const again = await world.ok('cnv_1', 'a', 'item.open', task, key);
  expect(again).toEqual({ ...first, duplicate: true });
  expect((await world.host.state('cnv_1'))?.context.openItems).toHaveLength(2);
});

test('[FL-10] the same id with another body is a conflict, also while the first is in flight', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  const [first, other] = await Promise.all([
    world.submit('cnv_1', 'a', 'item.open', task, world.key('a', '7', 'x')),
    world.submit('cnv_1', 'a', 'item.open', { kind: 'task', text: 'else' }, world.key('a', '7', 'y')),
  ]);
  expect(first.ok).toBe(true);
  const conflict = { ok: false, rejection: { code: 'idempotency.conflict' } };
  expect(other).toMatchObject(conflict);
  expect(
    await world.submit('cnv_1', 'a', 'topic.set', { topic: 't' }, world.key('a', '7', 'z')),
  ).toMatchObject(conflict);
});

test('[FL-10] duplicates in flight share one reply', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  const release = world.faults.hold();
  const settled: Outcome[] = [];
  const more = { ...world.key('a'), onSettled: (outcome: Outcome) => void settled.push(outcome) };
  const both = [
    world.ok('cnv_1', 'a', 'item.open', task, more),
    world.ok('cnv_1', 'a', 'item.open', task, more),
  ];
  await turns();
  release();
  const [first, second] = await Promise.all(both);
  expect(first!.duplicate).toBe(false);
  expect(second).toEqual({ ...first, duplicate: true });
  expect(settled).toEqual([first, second]);
  expect((await world.host.state('cnv_1'))?.context.openItems).toHaveLength(1);
});

test('a refused command is decided anew', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  const key = world.key('b');
  expect((await world.submit('cnv_1', 'b', 'item.open', task, key)).ok).toBe(false);
  await world.join('cnv_1', 'b');
  expect((await world.ok('cnv_1', 'b', 'item.open', task, key)).duplicate).toBe(false);
});

test('[RL-1] [FL-10] after a restart a repeated command gets its first answer, whether it would be accepted or not', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  const open = world.key('a', 'open');
  const ask = world.key('a', 'ask');
  const cancel = world.key('a', 'cancel');
  const say = world.key('a', 'say');
  const opened = await world.ok('cnv_1', 'a', 'item.open', task, open);
  const asked = await world.ok('cnv_1', 'a', 'floor.request', {}, ask);
  const grant = asked.data['grant'] as number;
  const said = await world.ok('cnv_1', 'a', 'speech', { grant, text: 'hello' }, say);
  await world.join('cnv_1', 'b');
  await world.ok('cnv_1', 'b', 'floor.request', {});
  await world.ok('cnv_1', 'a', 'floor.request', {});
  const cancelled = await world.ok('cnv_1', 'a', 'floor.cancel', {}, cancel);

  const after = world.restarted();
  // Would be accepted (recognised by the log), would be refused (stale grant), would change nothing.
  expect(await after.ok('cnv_1', 'a', 'item.open', task, open)).toEqual({ ...opened, duplicate: true });
  expect(await after.ok('cnv_1', 'a', 'speech', { grant, text: 'hello' }, say)).toEqual({
    ...said,
    duplicate: true,
  });
  expect(await after.ok('cnv_1', 'a', 'floor.cancel', {}, cancel)).toEqual({ ...cancelled, duplicate: true });
  const other = { key: { author: 'a', id: 'open', digest: 'other' } };
  expect(await after.submit('cnv_1', 'a', 'topic.set', { topic: 't' }, other)).toMatchObject({
    rejection: { code: 'idempotency.conflict' },
  });
  const state = await after.host.state('cnv_1');
  expect(state?.context.openItems).toHaveLength(1);
  expect(state?.context.topic).toBeNull();
});

test('[FL-10] a command that changed nothing gets its answer again after a restart, whatever it would do now', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a', 'b']);
  const [cancel, resume] = [world.key('a', 'cancel'), world.key('creator', 'resume')];
  const published = world.commits.length;
  const cancelled = await world.ok('cnv_1', 'a', 'floor.cancel', {}, cancel);
  const resumed = await world.ok('cnv_1', null, 'conversation.resume', {}, resume);
  expect(cancelled).toEqual({ ok: true, seq: 3, data: { cancelled: false }, duplicate: false });
  expect(resumed).toMatchObject({ seq: 3, data: {} });
  expect(world.commits).toHaveLength(published);
  // Now both would do something.
  await world.ok('cnv_1', 'b', 'floor.request', {});
  await world.ok('cnv_1', 'a', 'floor.request', {});
  await world.ok('cnv_1', null, 'conversation.pause', {});
  await world.host.stop();

  const after = world.restarted();
  const before = (await after.host.state('cnv_1'))!;
  await turns();
  const { seq } = (await after.host.state('cnv_1'))!;
  expect(await after.ok('cnv_1', 'a', 'floor.cancel', {}, cancel)).toEqual({ ...cancelled, duplicate: true });
  expect(await after.ok('cnv_1', null, 'conversation.resume', {}, resume)).toEqual({
    ...resumed,
    duplicate: true,
  });
  const other = { key: { author: 'a', id: 'cancel', digest: 'other' } };
  expect(await after.submit('cnv_1', 'a', 'topic.set', { topic: 't' }, other)).toMatchObject({
    rejection: { code: 'idempotency.conflict' },
  });
  const state = (await after.host.state('cnv_1'))!;
  expect(state).toMatchObject({ seq, status: 'paused' });
  expect(state.floor.queue).toEqual(before.floor.queue);
});

test('[FL-10] what is over as soon as it is heard is heard once, and after a restart once more; nothing else changes', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  const { data } = await world.ok('cnv_1', 'a', 'floor.request', {});
  const started = await world.ok('cnv_1', 'a', 'speech.start', { grant: data['grant'] as number });
  const utterance = started.data['utterance'] as string;
  const say = async (to: HostWorld): Promise<boolean[]> => {
    const fleeting = [
      await to.ok('cnv_1', 'a', 'signal', { kind: 'hand' }, to.key('a', 'hand')),
      await to.ok('cnv_1', 'a', 'presence.set', { status: 'idle' }, to.key('a', 'idle')),
      await to.ok('cnv_1', 'a', 'speech.delta', { utterance, text: 'So', offset: 0 }, to.key('a', 'piece')),
    ];
    return fleeting.map(({ duplicate }) => duplicate);
  };
  const heard = (of: HostWorld): number => of.types().filter((type) => type === 'signal').length;
  const stored = await world.faults.inner.head('cnv_1');
  expect(await say(world)).toEqual([false, false, false]);
  expect(await say(world)).toEqual([true, true, true]);
  expect(heard(world)).toBe(1);
  expect(await world.faults.inner.head('cnv_1')).toEqual(stored);
  await world.host.stop();

  const after = world.restarted();
  await after.host.state('cnv_1');
  await turns();
  const restarted = await after.faults.inner.head('cnv_1');
  expect(await say(after)).toEqual([false, false, false]);
  expect(heard(after)).toBe(1);
  expect(await after.faults.inner.head('cnv_1')).toEqual(restarted);
});

test('[FL-10] what changed nothing is in the chain, the snapshot and no page of events', async () => {
  const world = new HostWorld({ limits: { tailMax: 0, snapshotEvery: 3 } });
  await world.create('cnv_1', ['a']);
  const idle = () => world.ok('cnv_1', 'a', 'floor.cancel', {}, world.key('a'));
  for (let round = 0; round < 4; round += 1) {
    await idle();
    await world.clock.advance(10);
    await world.ok('cnv_1', 'a', 'item.open', task);
    await idle();
  }
  await turns();
  const { inner } = world.faults;
  const records = await inner.readRecords('cnv_1', 0, { limit: 100, maxBytes: 1e6 });
  expect(records.map(({ events }) => events.length)).toEqual([1, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0]);
  expect(await inner.latestSnapshot('cnv_1')).toMatchObject({ seq: 5, number: 12 });
  const seqs: number[] = [];
  for (let after = 0; after < 6;) {
    const page = await world.host.readEvents('cnv_1', after, { limit: 1, maxBytes: 1e6 });
    seqs.push(...page.events.map(({ seq }) => seq));
    after = page.next;
  }
  expect(seqs).toEqual([1, 2, 3, 4, 5, 6]);
  const live = (await world.host.state('cnv_1'))!;
  await world.host.stop();
  expect(await inner.latestSnapshot('cnv_1')).toMatchObject({ seq: 6, number: 14 });
  const nothing = (): void => undefined;
  const fromSnapshot = await load(inner, coreDecider, 'cnv_1', nothing);
  inner.latestSnapshot = () => Promise.resolve(null);
  const fromTheBeginning = await load(inner, coreDecider, 'cnv_1', nothing);
  expect([fromSnapshot.snapshotNumber, fromTheBeginning.snapshotNumber]).toEqual([14, 0]);
  expect(fromSnapshot.standing).toEqual(fromTheBeginning.standing);
  expect(fromSnapshot.standing.state).toEqual(durableState(live));
});

test('[DG-2] a command that would change nothing waits for the log like any other; a signal does not', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  world.faults.fail();
  expect(await world.submit('cnv_1', 'a', 'floor.cancel', {}, world.key('a', '1'))).toMatchObject({
    rejection: { code: 'storage.unavailable' },
  });
  await world.ok('cnv_1', 'a', 'signal', { kind: 'typing' }, world.key('a', '2'));
  await world.ok('cnv_1', 'a', 'presence.set', { status: 'idle' }, world.key('a', '3'));
  world.faults.heal();
  // Its presence is heard, though nothing else happens.
  const { seq } = await world.ok('cnv_1', 'a', 'floor.cancel', {}, world.key('a', '1'));
  expect(seq).toBe(2);
  expect(world.types().slice(-3)).toEqual(['signal', 'presence.changed', 'presence.changed']);
  expect((await world.faults.inner.head('cnv_1'))?.number).toBe(3);
});

test('[FL-10] of two hosts on one log the one that comes later takes over a record without events', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a', 'b']);
  const other = world.restarted();
  await other.host.state('cnv_1');
  await turns();
  const published = other.commits.length;
  await world.host.state('cnv_1');
  await world.ok('cnv_1', 'b', 'floor.cancel', {}, world.key('b', 'idle'));
  const { seq } = await other.ok('cnv_1', 'a', 'item.open', task, other.key('a', 'x'));
  expect(other.commits.slice(published).every(({ events }) => events.length > 0)).toBe(true);
  expect((await other.host.state('cnv_1'))?.seq).toBe(seq);
  const again = await other.ok('cnv_1', 'b', 'floor.cancel', {}, other.key('b', 'idle'));
  expect(again).toMatchObject({ duplicate: true, data: { cancelled: false } });
});

test('commands behind a repeated one in the same batch are decided on what is true', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  const key = world.key('a', 'first');
  await world.ok('cnv_1', 'a', 'item.open', task, key);
  const after = world.restarted();
  const [repeated, next, last] = await Promise.all([
    after.ok('cnv_1', 'a', 'item.open', task, key),
    after.ok('cnv_1', 'a', 'item.open', { kind: 'task', text: 'next' }, after.key('a', 'next')),
    after.ok('cnv_1', 'a', 'item.open', { kind: 'task', text: 'last' }, after.key('a', 'last')),
  ]);
  expect([repeated.duplicate, next.duplicate, last.duplicate]).toEqual([true, false, false]);
  const state = await after.host.state('cnv_1');
  expect(state?.context.openItems.map(({ text }) => text)).toEqual(['once', 'next', 'last']);
});

test('answers that memory forgot are found in the log', async () => {
  const world = new HostWorld({ limits: { answersMax: 2 } });
  await world.create('cnv_1', ['a']);
  const asked = await world.ok('cnv_1', 'a', 'floor.request', {}, world.key('a', 'ask'));
  const data = { grant: asked.data['grant'] as number, text: 'x' };
  const said = await world.ok('cnv_1', 'a', 'speech', data, world.key('a', 'say'));
  for (let index = 0; index < 3; index += 1) await world.ok('cnv_1', 'a', 'item.open', task, world.key('a'));
  const again = await world.ok('cnv_1', 'a', 'speech', data, world.key('a', 'say'));
  expect(again).toEqual({ ...said, duplicate: true });
});

test('a refused command of somebody whose whole history is in memory asks no disk', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  await world.submit('cnv_1', 'a', 'speech', { grant: 1, text: 'x' }, world.key('a'));
  expect(world.faults.calls['findCommand']).toBeUndefined();
});
